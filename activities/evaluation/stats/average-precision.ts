import type { ScoreCounts } from './score-counts'

/**
 * Average precision by steps, not by trapezoids: sum over distinct scores, highest first, of (R_k - R_(k-1)) P_k, where
 * rows of one score are taken together.
 *
 * Equals `sklearn.metrics.average_precision_score`: 0 when no row is positive, 1 when all are; null without rows, where
 * scikit-learn raises.
 * @example averagePrecision(scoreCounts.create(new Float64Array([0.1, 0.4, 0.35, 0.8]), new Uint8Array([0, 0, 1, 1]))) // 0.8333
 */
export function averagePrecision({ positives, negatives }: ScoreCounts): number | null {
  let [truePositives, predicted, sum] = [0, 0, 0]
  for (let k = positives.length - 1; k >= 0; k--) {
    const p = positives[k]!
    truePositives += p
    predicted += p + negatives[k]!
    if (p > 0) sum += p * (truePositives / predicted)
  }
  if (predicted === 0) return null
  return truePositives === 0 ? 0 : sum / truePositives
}
