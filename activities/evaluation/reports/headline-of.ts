import type { GateAction, MetricValue } from '../../../schemas/metric'
import type { Finding, Report } from '../../../schemas/report'
import { distanceNames } from '../drift/drifted-share'
import { numberText } from './number-text'

type About = Pick<Report, 'run' | 'reference' | 'columns' | 'quality' | 'accuracy'>

/**
 * A report's verdict, the worst of its findings, and its first line: the worst finding, or that nothing is wrong. `skipped`
 * where nothing was judged.
 */
export function headlineOf(
  findings: readonly Finding[],
  about: About,
): { readonly verdict: GateAction; readonly headline: string } {
  const [worst] = findings
  if (worst !== undefined) {
    const more = findings.length - 1
    const others = more === 0 ? '' : more === 1 ? ' (and 1 more finding)' : ` (and ${more} more findings)`
    return { verdict: worst.verdict, headline: `${worst.sentence}${others}` }
  }
  const { run, reference, columns, quality, accuracy } = about
  const judged = [...columns.flatMap((column) => column.metrics), ...quality, ...(accuracy?.metrics ?? [])]
  const scored = `${numberText.count(run.rows.scored)} rows scored`
  const ok = judged.filter(({ verdict }) => verdict === 'ok').length
  if (ok === 0)
    return {
      verdict: 'skipped',
      headline: `${scored}; nothing could be judged${reference === null ? ': there is no reference yet' : ''}`,
    }
  const like = reference === null ? '' : likeness(columns, reference.label)
  const right = accuracy?.metrics.some(isOk) ? ', and its accuracy is within its limits' : ''
  return { verdict: 'ok', headline: `${scored}, nothing over its limits${like}${right}` }
}

/** A column whose distances were all skipped has not been found like the reference: that is said. */
function likeness(columns: Report['columns'], label: string): string {
  const distances = columns.map(({ metrics }) =>
    metrics.filter(({ metric }) => distanceNames.some((name) => name === metric)),
  )
  const like = distances.filter((values) => values.some(isOk)).length
  const skipped = distances.filter((values) => values.some(isSkipped) && !values.some(isOk))
  const said = like === 0 ? '' : `: ${numberText.count(like)} columns are like the reference (${label})`
  if (skipped.length === 0) return said
  const why = skipped.flat().find((value) => isSkipped(value) && value.reason !== null)?.reason
  const reason = why === undefined || why === null ? '' : ` (${why})`
  return `${said}; the distances of ${numberText.count(skipped.length)} columns could not be judged${reason}`
}

/** How much of the features drifted, weighted by importance, with the worst named; null where it is not known. */
export function driftSentence(quality: readonly MetricValue[]): string | null {
  const share = quality.find(({ metric, scope }) => metric === 'drifted_share' && scope === 'feature')
  if (share === undefined || share.value === null) return null
  if (share.value === 0) return 'No feature drifted.'
  const worst = share.reason?.replace(/^worst: /, '') ?? null
  return `${numberText.share(share.value)} of the features drifted, by importance where it is known${worst === null ? '' : `; worst: ${worst}`}.`
}

function isSkipped({ verdict }: MetricValue): boolean {
  return verdict === 'skipped'
}

function isOk({ verdict }: MetricValue): boolean {
  return verdict === 'ok'
}
