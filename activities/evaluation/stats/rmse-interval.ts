import { lossMoments, type LossMoments } from './loss-moments'
import { meanInterval, type Interval } from './mean-interval'

/**
 * Interval of the root mean squared error by the delta method: rmse +- z sd(e^2) / (2 rmse sqrt(n)), since the derivative
 * of a root is 1 / (2 root); the lower bound is cut at 0. In units of the label.
 *
 * Equals numpy with `scipy.stats.norm.ppf`. null under 2 rows; [0, 0] when every error is 0.
 * @param squared moments of the squared errors
 * @param level share of the normal distribution inside, 0 to 1
 */
export function rmseInterval(squared: LossMoments, level = 0.95): Interval | null {
  const ofSquares = meanInterval(squared, level)
  const meanSquare = lossMoments.mean(squared)
  if (ofSquares === null || meanSquare === null) return null
  if (meanSquare === 0) return { lower: 0, upper: 0 }
  const rmse = Math.sqrt(meanSquare)
  const margin = (ofSquares.upper - meanSquare) / (2 * rmse)
  return { lower: Math.max(0, rmse - margin), upper: rmse + margin }
}
