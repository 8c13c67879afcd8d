import { eachBlock, type NumberBlock } from './number-blocks'
import { hasValue, type NumberColumn } from './number-column'

/** Counts of one column on frozen edges; all integers. Rows = sum of bins + missing + nan + plusInfinity + minusInfinity. */
export interface BinCounts {
  readonly edges: Float64Array
  /** The edges, then Infinity up to 15. */
  readonly padded: Float64Array
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
  const padded = new Float64Array(edgesAtMost).fill(Infinity)
  padded.set(edges)
  return { edges, padded, bins, missing: 0, nan: 0, plusInfinity: 0, minusInfinity: 0 }
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
export function countBins(counts: BinCounts, column: NumberColumn): void {
  eachBlock(column, (block) => countBlock(counts, block))
}

/** Of two rows one is counted here, one there: counts of one bin in one place would wait for each other (2 ns more). */
const even = new Uint32Array(edgesAtMost + 1)
const odd = new Uint32Array(edgesAtMost + 1)

/** As countBins, of a part of a column. */
export function countBlock(counts: BinCounts, block: NumberBlock): void {
  const { padded } = counts
  const { values, rows, isPlain } = block
  even.fill(0)
  odd.fill(0)
  if (isPlain) {
    const pairs = rows & ~1
    for (let row = 0; row < pairs; row += 2) {
      even[binOf(padded, values[row]!)]! += 1
      odd[binOf(padded, values[row + 1]!)]! += 1
    }
    if (pairs < rows) even[binOf(padded, values[pairs]!)]! += 1
  } else countOneByOne(counts, block)
  for (let bin = 0; bin < counts.bins.length; bin += 1) counts.bins[bin]! += even[bin]! + odd[bin]!
}

function countOneByOne(counts: BinCounts, { values, rows, validity, firstBit }: NumberBlock): void {
  for (let row = 0; row < rows; row += 1) {
    const value = values[row]!
    if (validity !== undefined && !hasValue(validity, firstBit + row)) counts.missing += 1
    else if (value - value !== 0) countApart(counts, value)
    else if (row & 1) odd[binOf(counts.padded, value)]! += 1
    else even[binOf(counts.padded, value)]! += 1
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
