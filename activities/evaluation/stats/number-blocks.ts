import { blockRoom, blockRows, summarize, type BlockRoom } from './block-kernel'
import { hasValue, type NumberColumn } from './number-column'

/** Some rows of a column: their finite values, and how many rows have none. */
export interface NumberBlock extends BlockRoom {
  /** The first so many of `values`: finite, in the column's order, as float64 whatever the column's type. */
  finite: number
  missing: number
  nan: number
  plusInfinity: number
  minusInfinity: number
  /** Of the finite values, their smallest and largest; Infinity, -Infinity of none. -0 is 0. */
  sum: number
  min: number
  max: number
}

const noneApart = { missing: 0, nan: 0, plusInfinity: 0, minusInfinity: 0 }
const block: NumberBlock = { ...blockRoom(0), finite: 0, ...noneApart, sum: 0, min: 0, max: 0 }

/** Calls `work` with a column's rows, 1,024 at a time, the last time with what is left; the block is the same every time. */
export function eachBlock(
  { values, validity, bitOffset = 0 }: NumberColumn,
  work: (block: NumberBlock) => void,
): void {
  for (let start = 0; start < values.length; start += blockRows) {
    const rows = Math.min(blockRows, values.length - start)
    block.values.set(values.subarray(start, start + rows))
    Object.assign(block, noneApart, { finite: rows }, summarize(block, rows))
    // NaN and infinite values make the sum so; where finite ones do, they are looked at one by one for nothing
    if (validity !== undefined || block.sum - block.sum !== 0) {
      keepFinite(block, validity, bitOffset + start)
      Object.assign(block, summarize(block, block.finite))
    }
    work(block)
  }
}

/** Moves the finite values together and counts the others. */
function keepFinite(into: NumberBlock, validity: Uint8Array | undefined, firstBit: number): void {
  const { values, finite: rows } = into
  let finite = 0
  for (let row = 0; row < rows; row += 1) {
    const value = values[row]!
    if (validity !== undefined && !hasValue(validity, firstBit + row)) into.missing += 1
    else if (value - value === 0) values[finite++] = value
    else if (value === Infinity) into.plusInfinity += 1
    else if (value === -Infinity) into.minusInfinity += 1
    else into.nan += 1
  }
  into.finite = finite
}
