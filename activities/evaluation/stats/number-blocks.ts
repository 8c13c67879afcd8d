import type { NumberColumn } from './number-column'

/** 8 KB, which stays in the nearest cache while one statistic after the other looks at it. */
export const blockRows = 1024

/** Some rows of a column as float64: loops over them see one kind of array, whatever the columns' (10 ns a value otherwise). */
export interface NumberBlock {
  /** The first `rows` are the column's. */
  readonly values: Float64Array
  rows: number
  validity: Uint8Array | undefined
  firstBit: number
  /** Every row has a finite value: nothing has to be looked at one by one. */
  isPlain: boolean
  /** Of a plain block, in order; -0 is 0. */
  sum: number
  min: number
  max: number
}

const block: NumberBlock = {
  values: new Float64Array(blockRows),
  rows: 0,
  validity: undefined,
  firstBit: 0,
  isPlain: true,
  sum: 0,
  min: 0,
  max: 0,
}

/** Calls `work` with a column's rows, 1,024 at a time, the last time with what is left; the block is the same every time. */
export function eachBlock(
  { values, validity, bitOffset = 0 }: NumberColumn,
  work: (block: NumberBlock) => void,
): void {
  for (let start = 0; start < values.length; start += blockRows) {
    block.rows = Math.min(blockRows, values.length - start)
    block.values.set(values.subarray(start, start + block.rows))
    block.validity = validity
    block.firstBit = bitOffset + start
    summarize(block)
    work(block)
  }
}

function summarize(into: NumberBlock): void {
  const { values, rows, validity } = into
  let [sum, min, max] = [0, Infinity, -Infinity]
  for (let row = 0; row < rows; row += 1) {
    const value = values[row]!
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  // NaN and infinite values make the sum so; where finite ones do, they are looked at one by one for nothing
  into.isPlain = validity === undefined && sum - sum === 0
  into.sum = sum
  into.min = min + 0
  into.max = max + 0
}
