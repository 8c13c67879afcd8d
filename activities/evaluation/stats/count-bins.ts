import { countAbove } from './block-kernel'
import { eachBlock, type NumberBlock } from './number-blocks'
import type { NumberColumn } from './number-column'

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
 * The values are compared with every edge, two at a time: 1 to 2 ns a value in any order. Loops that look for a value's bin take 5
 * without a branch, 15 (from the first edge on) or 28 (binary search) with branches, which are not foreseeable.
 */
export function countBins(counts: BinCounts, column: NumberColumn): void {
  eachBlock(column, (block) => countBlock(counts, block))
}

/** As countBins, of a part of a column. */
export function countBlock(counts: BinCounts, block: NumberBlock): void {
  const { edges, bins } = counts
  const above = countAbove(block, block.finite, edges)
  let rest = block.finite
  for (let edge = 0; edge < edges.length; edge += 1) {
    bins[edge]! += rest - above[edge]!
    rest = above[edge]!
  }
  bins[edges.length]! += rest
  countApart(counts, block)
}

/** Adds the rows that have no finite value. */
export function countApart(
  counts: BinCounts,
  { missing, nan, plusInfinity, minusInfinity }: NumberBlock,
): void {
  counts.missing += missing
  counts.nan += nan
  counts.plusInfinity += plusInfinity
  counts.minusInfinity += minusInfinity
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
