import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { rocAuc } from './roc-auc'
import { scoreCounts, type ScoreCounts } from './score-counts'

/** All on the scale of the AUC; bounds cut to [0, 1]. */
export interface DelongInterval {
  readonly auc: number
  readonly standardError: number
  readonly lower: number
  readonly upper: number
}

/**
 * DeLong's interval of one AUC on the raw scale: auc +- z sqrt(S10 / P + S01 / N), cut to [0, 1], where S10 and S01 are
 * the variances (ddof 1) of the structural components V10 (of a positive: the share of negatives below it, ties half) and
 * V01 (of a negative: the share of positives above it). From counts by score, O(distinct scores): the mid-rank form of
 * DeLong, DeLong & Clarke-Pearson 1988 by Sun & Xu 2014.
 *
 * Equals the components written out in numpy, O(P N), in test/oracles/accuracy.py. Where the classes are perfectly parted the
 * variance is 0 and the interval a point: true of the method, not of the world. null with fewer than 2 positives or
 * 2 negatives, where ddof 1 leaves nothing.
 * @param level share of the normal distribution inside, 0 to 1
 */
export function delongInterval(counts: ScoreCounts, level = 0.95): DelongInterval | null {
  const { positives, negatives } = scoreCounts.totals(counts)
  const auc = rocAuc(counts)
  if (auc === null || positives < 2 || negatives < 2) return null
  let [positivesBelow, negativesBelow, squares10, squares01] = [0, 0, 0, 0]
  for (let k = 0; k < counts.scores.length; k++) {
    const [p, n] = [counts.positives[k]!, counts.negatives[k]!]
    const v10 = (negativesBelow + n / 2) / negatives - auc
    const v01 = (positives - positivesBelow - p / 2) / positives - auc
    squares10 += p * v10 * v10
    squares01 += n * v01 * v01
    positivesBelow += p
    negativesBelow += n
  }
  const variance = squares10 / (positives - 1) / positives + squares01 / (negatives - 1) / negatives
  const standardError = Math.sqrt(variance)
  const margin = quantile((1 + level) / 2, 0, 1) * standardError
  return { auc, standardError, lower: Math.max(0, auc - margin), upper: Math.min(1, auc + margin) }
}
