import { kolmogorov } from './kolmogorov'

export interface KolmogorovSmirnov {
  /** Largest distance of the two distribution functions, 0 to 1. */
  readonly statistic: number
  readonly pValue: number
}

/**
 * Two-sample Kolmogorov-Smirnov: D = max |F(x) - G(x)| over all values, ties taken together; its p value is asymptotic,
 * kolmogorov(sqrt(nm / (n + m)) D), which for small samples and for ties is too large (careful, not wrong).
 *
 * D is equal to `scipy.stats.ks_2samp(reference, current, method='asymp').statistic`, bit for bit, and the p value to
 * `scipy.special.kolmogorov(sqrt(nm / (n + m)) * D)` to 1e-9 relative (not to the pvalue of ks_2samp, which rounds
 * nm / (n + m) and takes the distribution at that finite n).
 * @param reference, current n and m finite values, ascending
 * @returns null where a side is empty (scipy: an error)
 * @example ks(Float64Array.of(1, 2, 3), Float64Array.of(2, 3, 4)).statistic // 0.3333
 */
export function ks(reference: Float64Array, current: Float64Array): KolmogorovSmirnov | null {
  const [n, m] = [reference.length, current.length]
  if (n === 0 || m === 0) return null
  let [above, below] = [0, 0]
  for (let i = 0, j = 0; i < n && j < m;) {
    const value = Math.min(reference[i]!, current[j]!)
    while (i < n && reference[i] === value) i += 1
    while (j < m && current[j] === value) j += 1
    const difference = i / n - j / m
    if (difference > above) above = difference
    else if (-difference > below) below = -difference
  }
  const statistic = Math.max(above, below)
  return { statistic, pValue: kolmogorov(Math.sqrt((n * m) / (n + m)) * statistic) }
}
