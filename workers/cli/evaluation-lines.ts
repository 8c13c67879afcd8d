import type { MetricValue } from '../../schemas/metric'
import type { EvaluationSummary } from '../../schemas/run'
import { count } from './output'
import { textTable } from './text-table'

/** An evaluation for people: its verdict and counts, then every figure over all rows with its 95 % interval. */
export function evaluationLines(summary: EvaluationSummary, metrics: readonly MetricValue[]): string[] {
  const { job, batch, model, runId, version, changed, verdict, mature } = summary
  if (version === 0)
    return [
      `${job} ${batch}: no label has come yet; ${mature ? 'they are overdue' : 'they are not due yet'}.`,
    ]
  const { scored, labelled, unknown, conflicts, asOf } = summary
  const share = scored === 0 ? '' : ` (${((100 * labelled) / scored).toFixed(1)} %)`
  const head = [
    `${job} ${batch}: ${verdict}, version ${version}${changed ? '' : ' as before: no new label'}, model ${model}, run ${runId}`,
    `  ${count(labelled)} of ${count(scored)} scored rows have labels${share}; labels are ${mature ? 'due' : 'not all due yet'}; as of ${asOf}`,
    `  ${count(unknown)} label rows of unknown keys, ${count(conflicts)} keys with labels that differ`,
  ]
  const shown = metrics.filter(({ segment }) => segment === null)
  if (shown.length === 0) return head
  return [
    ...head,
    '',
    ...textTable(
      [
        { title: 'FIGURE' },
        { title: 'VALUE', align: 'right' },
        { title: '95 %', align: 'right' },
        { title: 'ROWS', align: 'right' },
        { title: 'WARN', align: 'right' },
        { title: 'FAIL', align: 'right' },
        { title: 'VERDICT' },
        { title: 'NOTE' },
      ],
      shown.map((one) => [
        one.scope === 'accuracy' ? one.metric : `label ${one.metric}`,
        number(one.value),
        one.ciLo === null ? '' : `${number(one.ciLo)} to ${number(one.ciHi)}`,
        count(one.nCurrent),
        number(one.warnAt),
        number(one.failAt),
        one.verdict === 'none' ? '' : one.verdict,
        one.reason ?? '',
      ]),
    ),
  ]
}

function number(value: number | null): string {
  return value === null ? '' : String(Number(value.toPrecision(4)))
}
