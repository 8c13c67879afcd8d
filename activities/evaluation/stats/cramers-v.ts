import { binShares } from './bin-shares'

/**
 * Cramer's V of the 2 x B table of reference and current counts: sqrt(chi² / (n + m)), chi² without Yates' correction and
 * without pooling. For two rows chi² = nm/(n + m) sum (p - q)² / (expected share), the bins empty on both sides left out.
 * 0 to 1; depends on n / m, so it is reported and not judged.
 *
 * Equal to `sqrt(scipy.stats.chi2_contingency(table, correction=False).statistic / (n + m))`, to 1e-9 relative.
 * @param reference, current counts of the same bins
 * @returns null where a side has no rows or B < 2 (scipy: an error, or 0 for B = 1)
 * @example cramersV([30, 10], [10, 30]) // 0.5
 */
export function cramersV(reference: ArrayLike<number>, current: ArrayLike<number>): number | null {
  const shares = binShares(reference, current)
  if (shares === null) return null
  const [n, m] = [sumOf(reference), sumOf(current)]
  let sum = 0
  for (let i = 0; i < shares.binCount; i += 1) {
    const [p, q] = [shares.p[i]!, shares.q[i]!]
    sum += (p - q) ** 2 / (n * p + m * q)
  }
  // chi² / (n + m) = n m / (n + m)² x sum (p - q)² / ((n p + m q) / (n + m))
  return Math.min(1, Math.sqrt((n * m * sum) / (n + m)))
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < counts.length; i += 1) sum += counts[i]!
  return sum
}
