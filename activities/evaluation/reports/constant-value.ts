import type { ReportColumn } from '../../../schemas/report'
import { numberText } from './number-text'
import { shownText } from './shown-text'

/**
 * A column that has one value in all of its rows, while its reference has several.
 * @returns a sentence, or null
 * @example 'temp is 72 in all 943 rows, the reference has 12 to 101: stuck, or filled by a default?'
 */
export function constantValue(column: ReportColumn): string | null {
  const { histogram, reference, current, unseen } = column
  if (current === null || reference === null || histogram === null) return null
  const rows = current.rows - current.missing
  if (rows < 2) return null
  const is = (value: string, expected: string): string =>
    `${shownText(column.column)} is ${value} in all ${numberText.count(rows)} rows${current.missing > 0 ? ' that have a value' : ''}, the reference has ${expected}: stuck, or filled by a default?`
  if (current.min !== null && reference.min !== null) {
    if (current.min !== current.max || reference.min === reference.max) return null
    return is(
      numberText.value(current.min),
      `${numberText.value(reference.min)} to ${numberText.value(reference.max)}`,
    )
  }
  if (histogram.kind !== 'categorical') return null
  const filled = histogram.current.flatMap((count, i) => (count > 0 ? [histogram.labels[i]!] : []))
  const before = histogram.reference.filter((count) => count > 0).length
  if (filled.length !== 1 || before < 2 || filled[0] === 'OTHER') return null
  if (filled[0] === 'UNSEEN' && unseen.length !== 1) return null
  const value = filled[0] === 'UNSEEN' ? unseen[0]!.value : filled[0]!
  return is(shownText(value, 40), `${before} values`)
}
