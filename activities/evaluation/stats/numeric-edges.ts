import { quantileSorted } from './quantile-sorted'

/**
 * Inner edges of a numeric column's bins: the deciles of the reference, each value once. Where a decile repeats, the next
 * smaller reference value is an edge too: a bin is (edge before, edge], so without it a spike at the largest value would
 * share a bin with what lies below and could move there unseen.
 *
 * Equal to `numpy.unique(numpy.quantile(reference, [k/10 for k in 1..9]))` in float64, bit for bit, plus those edges. A
 * decile that is not finite (two neighbours whose difference exceeds float64) is left out; -0 is 0.
 * @param sorted the reference without missing values, NaN and infinities, ascending
 * @returns 0 to 9 edges, ascending, for countBins; none for an empty reference, one for a constant
 * @example numericEdges(Float64Array.of(1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3)) // [1, 2]
 */
export function numericEdges(sorted: Float64Array): Float64Array {
  const deciles: number[] = []
  for (let k = 1; k <= 9; k += 1) {
    const decile = quantileSorted(sorted, k / 10)
    if (decile !== null && Number.isFinite(decile)) deciles.push(decile)
  }
  const edges = new Set(deciles) // which turns -0 into 0
  for (const decile of deciles.filter((value, i) => deciles.indexOf(value) !== i)) {
    const below = sorted[firstAtLeast(sorted, decile) - 1]
    if (below !== undefined) edges.add(below)
  }
  return Float64Array.from(edges).sort()
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
