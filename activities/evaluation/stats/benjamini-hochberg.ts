/**
 * Benjamini-Hochberg q values: the smallest false discovery rate at which a test would still be called a finding. With the
 * p values in ascending order, q(i) = min over j >= i of p(j) m / j, at most 1.
 *
 * Equal to `scipy.stats.false_discovery_control(ps)`, bit for bit; for no p values at all an empty array.
 * @param pValues 0 to 1, in any order; all tests of one run and scope, none left out for being large
 * @returns q values in the order given
 * @throws RangeError for what is no p value, NaN too
 * @example benjaminiHochberg([0.01, 0.02, 0.9]) // [0.03, 0.03, 0.9]
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  for (let i = 0; i < pValues.length; i += 1)
    if (!(pValues[i]! >= 0 && pValues[i]! <= 1))
      throw new RangeError(`a p value is ${pValues[i]!}, allowed are 0 to 1`)
  const sorted = new Float64Array(pValues).sort()
  const qOfRank = new Float64Array(sorted.length)
  let smallest = 1
  for (let i = sorted.length - 1; i >= 0; i -= 1) {
    smallest = Math.min(smallest, sorted[i]! * (sorted.length / (i + 1)))
    qOfRank[i] = smallest
  }
  // equal p values have equal q values, so any of their ranks will do
  const qValues = new Float64Array(sorted.length)
  for (let i = 0; i < qValues.length; i += 1) qValues[i] = qOfRank[rankOf(sorted, pValues[i]!)]!
  return qValues
}

function rankOf(sorted: Float64Array, p: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < p) low = middle + 1
    else high = middle
  }
  return low
}
