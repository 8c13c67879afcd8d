import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'

/** Bounds as shares, 0 <= low <= high <= 1. */
export interface ShareInterval {
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval of a rate: with z the normal quantile of (1 + confidence) / 2 and p = count / n,
 * (p + z²/2n ± z sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n).
 *
 * Equal to `statsmodels.stats.proportion.proportion_confint(count, n, 1 - confidence, method='wilson')` to 1e-12; where
 * rounding carries that one below 0 or above 1 (none or all of n), this one is cut to [0, 1].
 * @param count of n trials, 0 to n
 * @param n trials; not an integer where rows are weighted
 * @param confidence share, between 0 and 1
 * @returns null for n = 0 (statsmodels: NaN)
 * @throws RangeError where count exceeds n, or confidence is no share
 * @example wilsonInterval(5, 10) // { low: 0.2366, high: 0.7634 }
 */
export function wilsonInterval(count: number, n: number, confidence = 0.95): ShareInterval | null {
  if (!(count >= 0 && count <= n)) throw new RangeError(`a rate's count is ${count}, allowed are 0 to ${n}`)
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`a confidence is ${confidence}, allowed is between 0 and 1`)
  if (n === 0) return null
  const p = count / n
  const z = normalQuantile(0.5 + confidence / 2, 0, 1)
  const scale = 1 + (z * z) / n
  const centre = (p + (z * z) / (2 * n)) / scale
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / scale
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
