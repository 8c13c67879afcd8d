import { poissonWeights } from './poisson-weights'
import { quantileSorted } from './quantile-sorted'

export interface BootstrapInterval {
  readonly lower: number
  readonly upper: number
  /** Replicates that had a value: the interval's quantiles are taken over these. */
  readonly replicates: number
}

/** What is repeated: the rows of a sample, and a statistic of these rows when row i counts `weights[i]` times. */
export interface Resampled {
  readonly rowCount: number
  /** null where it is undefined, as without any row. */
  readonly statistic: (weights: Uint8Array) => number | null
}

/**
 * Percentile interval of a statistic by the Poisson bootstrap (Chamandy et al. 2012): in each replicate every row counts
 * Poisson(1) times, independently; the bounds are the (1 -+ level) / 2 quantiles (numpy 'linear') of the replicates' values.
 * For what has no analytic interval: average_precision, ece, medians. The same seed gives the same interval.
 *
 * `weights` is one array, filled anew for each replicate. Equals the same in numpy, in test/oracles/accuracy.py. null when no
 * replicate has a value.
 * @param seed an integer, 0 to 2^53 - 1
 */
export function poissonBootstrap(
  { rowCount, statistic }: Resampled,
  seed: number,
  { replicates = 200, level = 0.95 } = {},
): BootstrapInterval | null {
  const generator = poissonWeights(seed)
  const weights = new Uint8Array(rowCount)
  const values: number[] = []
  for (let replicate = 0; replicate < replicates; replicate++) {
    generator.fill(weights)
    const value = statistic(weights)
    if (value !== null) values.push(value)
  }
  const sorted = Float64Array.from(values).sort()
  const lower = quantileSorted(sorted, (1 - level) / 2)
  const upper = quantileSorted(sorted, (1 + level) / 2)
  return lower === null || upper === null ? null : { lower, upper, replicates: values.length }
}
