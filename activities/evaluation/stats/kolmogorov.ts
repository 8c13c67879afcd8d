/**
 * Survival function of Kolmogorov's distribution: the limit of the chance that sqrt(n) D exceeds x where nothing differs,
 * 2 sum over k >= 1 of (-1)^(k-1) exp(-2 k² x²). Below 0.82 that series is slow and its terms cancel; there it is 1 minus
 * the theta transform sqrt(2 pi) / x sum over k >= 1 of exp(-(2k - 1)² pi² / (8 x²)).
 *
 * Equal to `scipy.special.kolmogorov(x)` (which has the same two series), to 1e-12 relative.
 * @param x at least 0; below, and at 0, the chance is 1
 * @returns 0 to 1; NaN for NaN
 * @example kolmogorov(1.36) // 0.0495
 */
export function kolmogorov(x: number): number {
  if (Number.isNaN(x)) return NaN
  if (x <= 0) return 1
  return x < 0.82 ? 1 - smallX(x) : largeX(x)
}

function smallX(x: number): number {
  const base = Math.exp((-Math.PI * Math.PI) / (8 * x * x))
  // (2k - 1)² = 1, 9, 25, 49: the fourth is under 1e-37 of the first at 0.82
  const sum = base * (1 + base ** 8 + base ** 24 + base ** 48)
  return Math.min(1, (Math.sqrt(2 * Math.PI) / x) * sum)
}

function largeX(x: number): number {
  const base = Math.exp(-2 * x * x)
  // k² = 1, 4, 9, 16, 25: the sixth is under 1e-20 of the first at 0.82
  return Math.max(0, 2 * (base - base ** 4 + base ** 9 - base ** 16 + base ** 25))
}
