import { hasValue, type NumberColumn } from './number-column'

/** Counts of one column on frozen edges; all integers. Rows = sum of bins + missing + nan + plusInfinity + minusInfinity. */
export interface BinCounts {
  readonly edges: Float64Array
  /** edges + 1 counts: (-inf, edge 0], (edge 0, edge 1], ..., (last edge, inf). */
  readonly bins: Float64Array
  missing: number
  nan: number
  plusInfinity: number
  minusInfinity: number
}

const edgesAtMost = 15

/**
 * @param edges ascending and distinct, as of numericEdges; none makes one bin
 * @throws RangeError for over 15 edges, or where they do not ascend
 */
export function createBinCounts(edges: Float64Array): BinCounts {
  if (edges.length > edgesAtMost)
    throw new RangeError(`a column has ${edges.length} edges, allowed are ${edgesAtMost}`)
  for (let i = 0; i < edges.length; i += 1)
    if (!(edges[i]! > (edges[i - 1] ?? -Infinity) && edges[i]! < Infinity))
      throw new RangeError(`edge ${i} is ${edges[i]!}: edges are finite and ascend`)
  const bins = new Float64Array(edges.length + 1)
  return { edges, bins, missing: 0, nan: 0, plusInfinity: 0, minusInfinity: 0 }
}

/**
 * Adds a column's values to the counts. A value equal to an edge falls into the bin on its left.
 *
 * Equal to `numpy.bincount(numpy.searchsorted(edges, finite, side='left'), minlength=edges + 1)`, exactly. Float32 values
 * are compared as they are, in float64, with the float64 edges.
 *
 * Four comparisons without a branch find one of up to 16 bins: 5 to 7 ns a value in any order. Loops that branch take 15
 * (from the first edge on) or 28 (binary search) on shuffled values, since the branches are not foreseeable.
 */
export function countBins(counts: BinCounts, { values, validity, bitOffset = 0 }: NumberColumn): void {
  const padded = new Float64Array(edgesAtMost).fill(Infinity)
  padded.set(counts.edges)
  const found: Found = {
    padded,
    even: new Uint32Array(edgesAtMost + 1),
    odd: new Uint32Array(edgesAtMost + 1),
  }
  for (let start = 0; start < values.length; start += blockRows) {
    const rows = Math.min(blockRows, values.length - start)
    block.set(values.subarray(start, start + rows))
    block[rows] = NaN // pairs with the last of an odd number of rows
    countBlock(counts, found, { rows, validity, firstBit: bitOffset + start })
  }
  for (let bin = 0; bin < counts.bins.length; bin += 1)
    counts.bins[bin]! += found.even[bin]! + found.odd[bin]!
}

const blockRows = 1024
/** Some rows of a column as float64: the loop over them sees one kind of array, whatever the columns' (10 ns otherwise). */
const block = new Float64Array(blockRows + 1)

interface Found {
  readonly padded: Float64Array
  /** Of two rows one is counted here, one there: counts of one bin in one place would wait for each other (2 ns more). */
  readonly even: Uint32Array
  readonly odd: Uint32Array
}

interface Block {
  readonly rows: number
  readonly validity: Uint8Array | undefined
  readonly firstBit: number
}

function countBlock(
  counts: BinCounts,
  { padded, even, odd }: Found,
  { rows, validity, firstBit }: Block,
): void {
  const isPresent = (row: number): boolean => validity === undefined || hasValue(validity, firstBit + row)
  for (let row = 0; row < rows; row += 2) {
    const a = block[row]!
    const b = block[row + 1]!
    if (a - a === 0 && b - b === 0 && isPresent(row) && isPresent(row + 1)) {
      even[binOf(padded, a)]! += 1
      odd[binOf(padded, b)]! += 1
      continue
    }
    for (let one = row; one < Math.min(row + 2, rows); one += 1) {
      const value = block[one]!
      if (!isPresent(one)) counts.missing += 1
      else if (value - value === 0) even[binOf(padded, value)]! += 1
      else countApart(counts, value)
    }
  }
}

function binOf(padded: Float64Array, value: number): number {
  let bin = toBit(padded[7]! < value) << 3
  bin += toBit(padded[bin + 3]! < value) << 2
  bin += toBit(padded[bin + 1]! < value) << 1
  return bin + toBit(padded[bin]! < value)
}

/** Adds one value that is not finite. */
export function countApart(counts: BinCounts, value: number): void {
  if (value === Infinity) counts.plusInfinity += 1
  else if (value === -Infinity) counts.minusInfinity += 1
  else counts.nan += 1
}

/** V8 turns this into one instruction, and `condition ? 1 : 0` into a branch. */
function toBit(condition: boolean): number {
  return (condition as unknown as number) | 0
}

/**
 * Adds the counts of another part of the rows: the same in any order and any split.
 * @throws RangeError where the edges differ
 */
export function mergeBinCounts(into: BinCounts, from: BinCounts): void {
  const same =
    into.edges.length === from.edges.length && into.edges.every((edge, i) => edge === from.edges[i])
  if (!same) throw new RangeError('counts on different edges cannot be merged')
  for (let bin = 0; bin < into.bins.length; bin += 1) into.bins[bin]! += from.bins[bin]!
  into.missing += from.missing
  into.nan += from.nan
  into.plusInfinity += from.plusInfinity
  into.minusInfinity += from.minusInfinity
}
