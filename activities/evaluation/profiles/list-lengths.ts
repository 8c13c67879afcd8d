import { hasValue, type NumberColumn } from '../stats/number-column'

/** A column of lists as Arrow holds it. */
export interface ListColumn {
  /** rows + 1: row i has the elements [offsets[i], offsets[i + 1]). */
  readonly offsets: Int32Array
  readonly elements: NumberColumn
  /** A bit per row, set where the row has a list; without it every row has one. */
  readonly validity?: Uint8Array | undefined
  readonly bitOffset?: number | undefined
}

/** Lists as two columns of numbers; a row without a list is missing in both. */
export interface ListLengths {
  /** Elements, missing ones too. */
  readonly length: NumberColumn
  /** Euclidean: sqrt of the sum of squares. Missing elements add nothing; NaN makes NaN; an empty list has 0. */
  readonly norm: NumberColumn
}

/** @example listLengths({ offsets: Int32Array.of(0, 2), elements: { values: Float64Array.of(3, 4) } }) // length 2, norm 5 */
export function listLengths({ offsets, elements, validity, bitOffset = 0 }: ListColumn): ListLengths {
  const rows = Math.max(0, offsets.length - 1)
  const [length, norm] = [new Int32Array(rows), new Float64Array(rows)]
  for (let row = 0; row < rows; row += 1) {
    if (validity !== undefined && !hasValue(validity, bitOffset + row)) continue
    length[row] = offsets[row + 1]! - offsets[row]!
    norm[row] = normOf(elements, offsets[row]!, offsets[row + 1]!)
  }
  return { length: { values: length, validity, bitOffset }, norm: { values: norm, validity, bitOffset } }
}

function normOf({ values, validity, bitOffset = 0 }: NumberColumn, start: number, end: number): number {
  let sum = 0
  for (let i = start; i < end; i += 1)
    if (validity === undefined || hasValue(validity, bitOffset + i)) sum += values[i]! * values[i]!
  return Math.sqrt(sum)
}
