import { hasValue, type NumberColumn } from '../stats/number-column'
import { sortNumbers } from '../stats/sort-numbers'

/**
 * A column's finite values, ascending: what is missing, NaN or infinite is left out, -0 is 0.
 * @param rows only these row numbers; all where it is not given
 * @example finiteValues({ values: Float64Array.of(3, NaN, 1) }) // [1, 3]
 */
export function finiteValues(
  { values, validity, bitOffset = 0 }: NumberColumn,
  rows?: ArrayLike<number>,
): Float64Array {
  const count = rows?.length ?? values.length
  const kept = new Float64Array(count)
  let filled = 0
  for (let i = 0; i < count; i += 1) {
    const row = rows === undefined ? i : rows[i]!
    if (validity !== undefined && !hasValue(validity, bitOffset + row)) continue
    const value = values[row]!
    if (value - value === 0) kept[filled++] = value + 0
  }
  return sortNumbers(filled === count ? kept : kept.slice(0, filled))
}
