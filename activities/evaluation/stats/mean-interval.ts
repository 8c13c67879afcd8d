import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { lossMoments, type LossMoments } from './loss-moments'

export interface Interval {
  readonly lower: number
  readonly upper: number
}

/**
 * Analytic interval of the mean of a loss (log_loss, brier, mae, mape, smape, pinball, bias): mean +- z sd / sqrt(n), sd with
 * ddof 1, z of the normal distribution. In units of the loss and not cut: under 0 for a loss with few rows is possible.
 *
 * Equals `scipy.stats.norm.interval(level, mean, sem)`. null under 2 rows; a point when all losses are equal.
 * @param level share of the normal distribution inside, 0 to 1
 */
export function meanInterval(moments: LossMoments, level = 0.95): Interval | null {
  const sd = lossMoments.sd(moments)
  if (sd === null) return null
  const margin = (quantile((1 + level) / 2, 0, 1) * sd) / Math.sqrt(moments.n)
  return { lower: moments.mean - margin, upper: moments.mean + margin }
}
