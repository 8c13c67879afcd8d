/**
 * Wasserstein distance of order 1 between two samples: the integral of |F - G|, which is how far the values would have to
 * be moved on average, in the column's unit.
 *
 * Equal to `scipy.stats.wasserstein_distance(reference, current)`, to 1e-9 relative.
 * @param reference, current n and m finite values, ascending
 * @returns null where a side is empty (scipy: an error)
 * @example wasserstein(Float64Array.of(0, 1, 3), Float64Array.of(5, 6, 8)) // 5
 */
export function wasserstein(reference: Float64Array, current: Float64Array): number | null {
  const [n, m] = [reference.length, current.length]
  if (n === 0 || m === 0) return null
  let previous = Math.min(reference[0]!, current[0]!)
  let sum = 0
  for (let i = 0, j = 0; i < n || j < m;) {
    const value = j === m || (i < n && reference[i]! <= current[j]!) ? reference[i]! : current[j]!
    sum += Math.abs(i / n - j / m) * (value - previous)
    previous = value
    while (i < n && reference[i] === value) i += 1
    while (j < m && current[j] === value) j += 1
  }
  return sum
}

/** A reference that hardly varies would make every distance enormous. */
const deviationAtLeast = 0.001

/**
 * The distance in standard deviations of the reference: distance / max(sd, 0.001).
 * @param distance of wasserstein
 * @param referenceSd with ddof 1, as of extractMoments; null (one row) counts as 0
 * @example normalisedWasserstein(5, 2) // 2.5
 */
export function normalisedWasserstein(distance: number, referenceSd: number | null): number {
  return distance / Math.max(referenceSd ?? 0, deviationAtLeast)
}
