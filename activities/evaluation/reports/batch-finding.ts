import type { Finding, ReportAccuracy } from '../../../schemas/report'
import { limitText } from './column-finding'
import type { Flag } from './flags-of'
import { numberText } from './number-text'
import { shownText } from './shown-text'

const fractions: readonly (readonly [number, string])[] = [
  [1 / 2, 'half'],
  [1 / 3, 'a third'],
  [2 / 3, 'two thirds'],
  [1 / 4, 'a quarter'],
  [3 / 4, 'three quarters'],
  [1 / 10, 'a tenth'],
  [2, 'twice'],
]

/**
 * What is wrong with the batch as a whole: rows, schema, age, accuracy, speed.
 * @param trailing batches that the median of the row count is of, where it is known
 */
export function batchFinding(flag: Flag, accuracy: ReportAccuracy | null, trailing: number | null): Finding {
  const { scope, column, segment, verdict, severity } = flag
  return {
    scope,
    column,
    segment,
    verdict,
    severity,
    sentence: `${sentenceOf(flag, accuracy, trailing)}${byGate(flag)}`,
  }
}

function byGate({ gateNo, verdict }: Flag): string {
  return gateNo === null ? '' : `; gate ${gateNo} says ${verdict}`
}

function sentenceOf(flag: Flag, accuracy: ReportAccuracy | null, trailing: number | null): string {
  const { metric, scope, of } = flag
  if (metric === 'row_count_ratio' && of?.value)
    return rowCount(of.value, of.nCurrent, of.nReference, trailing)
  if (metric === 'schema_changes')
    return `${numberText.count(flag.value)} of the source’s columns changed: ${shownText(of?.reason ?? 'name or type', 300)}`
  if (scope === 'accuracy') return ofAccuracy(flag, accuracy)
  const name = metric === 'source_age_hours' ? 'the source’s age in hours' : metric.replaceAll('_', ' ')
  const reason = shownText(of?.reason ?? '', 200)
  return limitText(flag).replace(metric, name) + (reason === '' ? '' : ` (${reason})`)
}

function rowCount(ratio: number, rows: number, usual: number | null, trailing: number | null): string {
  const median = numberText.count(usual ?? rows / ratio)
  const of = trailing === null ? 'of former batches' : `of the last ${trailing} batches`
  const near = fractions.find(([fraction]) => Math.abs(ratio / fraction - 1) < 0.06)
  const found = near?.[1] ?? (ratio < 1 ? numberText.share(ratio) : `${numberText.value(ratio, 2)} times`)
  const joint = ratio < 1 ? `${found} of the` : `${found} the`
  const cause = ratio < 1 ? 'is a part of the feed missing?' : 'is it loaded twice?'
  return `${numberText.count(rows)} rows, ${joint} ${median} ${of} (median): ${cause}`
}

function ofAccuracy(flag: Flag, accuracy: ReportAccuracy | null): string {
  const { of, segment } = flag
  const place = segment === null ? '' : ` of ${shownText(segment)}`
  const { ciLo = null, ciHi = null } = of ?? {}
  const interval = ciLo === null ? '' : ` (95 % ${numberText.value(ciLo)} to ${numberText.value(ciHi)})`
  const rows = of === null ? '' : `, ${numberText.count(of.nCurrent)} labelled rows`
  const [figure = '', ...limit] = limitText({ ...flag, of: null }).split(', ')
  const thin =
    accuracy !== null && accuracy.labelled < accuracy.scored / 2
      ? `; only ${numberText.share(accuracy.labelled / accuracy.scored)} of the rows have labels yet`
      : ''
  return `${figure}${place}${interval}${rows}${limit.length === 0 ? '' : `; ${limit.join(', ')}`}${thin}`
}
