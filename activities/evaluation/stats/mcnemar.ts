import gammainc from '@stdlib/math-base-special-gammainc'

/** Whether one model is right more often than another on the same rows. */
export interface McNemar {
  /** Exact: the smaller of the two counts; else chi² of one degree of freedom. */
  readonly statistic: number
  readonly pValue: number
  /** Whether the p value is binomial, not chi². */
  readonly exact: boolean
}

/** With fewer discordant rows the statistic is not yet distributed as chi². */
const discordantAtLeast = 25

/**
 * McNemar's test of two models over the same labelled rows, from the rows on which only one of them is right (discordant rows).
 * Under 25 of them exact: twice the binomial probability (p = 1/2) of the smaller count or less, at most 1. Else chi² with
 * continuity correction, (|b - c| - 1)² / (b + c), p from one degree of freedom.
 *
 * Equal to `statsmodels.stats.contingency_tables.mcnemar(table, exact=b + c < 25, correction=True)`, to 1e-9 relative. Without a
 * discordant row the p value is 1.
 * @param onlyChampion rows that only the champion has right
 * @param onlyChallenger rows that only the challenger has right
 * @example mcnemar(2, 10) // { statistic: 2, pValue: 0.0386, exact: true }
 */
export function mcnemar(onlyChampion: number, onlyChallenger: number): McNemar {
  const discordant = onlyChampion + onlyChallenger
  const smaller = Math.min(onlyChampion, onlyChallenger)
  if (discordant < discordantAtLeast)
    return { statistic: smaller, pValue: Math.min(1, 2 * atMost(smaller, discordant)), exact: true }
  const statistic = (Math.abs(onlyChampion - onlyChallenger) - 1) ** 2 / discordant
  return { statistic, pValue: gammainc(statistic / 2, 1 / 2, true, true), exact: false }
}

/** Probability of at most `k` of `n` fair coins: integers below 2^53, and one division by a power of 2. */
function atMost(k: number, n: number): number {
  let [ways, sum] = [1, 0]
  for (let i = 0; i <= k; i++) {
    sum += ways
    ways = (ways * (n - i)) / (i + 1)
  }
  return sum / 2 ** n
}
