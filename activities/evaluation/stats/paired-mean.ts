import { lossMoments } from './loss-moments'
import { meanInterval } from './mean-interval'

const { isFinite } = Number

/** Means of one loss of two models over the same rows, and of the rows' differences. */
export interface PairedMean {
  readonly n: number
  readonly champion: number
  readonly challenger: number
  /** challenger - champion. */
  readonly difference: number
  /** 95 % interval of the difference; null under 2 rows. */
  readonly interval: { readonly lower: number; readonly upper: number } | null
}

/**
 * The difference of two means over the same rows with the interval of a paired sample: the mean of the rows' differences
 * +- z sd / sqrt(n), sd with ddof 1. Pairs narrow it: what makes a row hard for both models is not in their difference.
 *
 * Equal to `numpy.mean` and `scipy.stats.norm.interval(0.95, mean(d), sem(d))`. Rows where either is not finite are left out.
 * @param champion, challenger the loss of a row, or 1 and 0 for right and wrong
 * @returns null without rows
 */
export function pairedMean(
  rows: number,
  champion: (row: number) => number,
  challenger: (row: number) => number,
): PairedMean | null {
  const over = (of: (a: number, b: number) => number) =>
    lossMoments.add(lossMoments.create(), rows, (row) => {
      const [a, b] = [champion(row), challenger(row)]
      return isFinite(b - a) ? of(a, b) : NaN
    })
  const differences = over((a, b) => b - a)
  if (differences.n === 0) return null
  return {
    n: differences.n,
    champion: over((a) => a).mean,
    challenger: over((_, b) => b).mean,
    difference: differences.mean,
    interval: meanInterval(differences),
  }
}
