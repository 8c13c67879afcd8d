import erfc from '@stdlib/math-base-special-erfc'

/** A test's number and its p value, two-sided. */
export interface ProportionTest {
  /** Standard errors between the two rates, with the sign of the first minus the second. */
  readonly z: number
  readonly pValue: number
}

/**
 * Whether two rates differ: z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) with the pooled rate p = (count1 + count2) /
 * (n1 + n2), no continuity correction; p value = erfc(|z| / sqrt 2).
 *
 * Equal to `statsmodels.stats.proportion.proportions_ztest([count1, count2], [n1, n2])`, to 1e-9 relative. A p value under
 * 1e-308 is 0 or has fewer digits.
 * @param first, second a count of n trials each
 * @returns null where a side has no trials, or all or none of both count (statsmodels: NaN)
 * @throws RangeError where a count exceeds its n
 * @example twoProportionTest({ count: 12, n: 99 }, { count: 5, n: 83 }) // z 1.40, pValue 0.16
 */
export function twoProportionTest(
  first: { readonly count: number; readonly n: number },
  second: { readonly count: number; readonly n: number },
): ProportionTest | null {
  for (const { count, n } of [first, second])
    if (!(count >= 0 && count <= n)) throw new RangeError(`a rate's count is ${count}, allowed are 0 to ${n}`)
  if (first.n === 0 || second.n === 0) return null
  const pooled = (first.count + second.count) / (first.n + second.n)
  const variance = pooled * (1 - pooled) * (1 / first.n + 1 / second.n)
  if (variance === 0) return null
  const z = (first.count / first.n - second.count / second.n) / Math.sqrt(variance)
  return { z, pValue: erfc(Math.abs(z) / Math.SQRT2) }
}
