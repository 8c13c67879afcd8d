import { binaryConfusion, type BinaryCounts, type BinaryMetrics } from './binary-confusion'
import { rocAuc } from './roc-auc'

/** What accuracy is expected to be before labels come: an estimate, as good as the calibration. */
export interface Cbpe {
  /** Expected numbers of rows: fractions. */
  readonly confusion: BinaryCounts
  readonly metrics: BinaryMetrics
  /** null where no positive or no negative is expected. */
  readonly rocAuc: number | null
}

/**
 * Confidence-based performance estimation (NannyML's CBPE): a row that is positive with probability p counts as p of a
 * positive and 1 - p of a negative. Predicted positive rows add p to tp and 1 - p to fp, the others p to fn and 1 - p to tn;
 * metrics are those of this expected confusion, the AUC that of the expected counts, ordered by score, ties half.
 *
 * Equals numpy's sums, `sklearn.metrics.roc_auc_score(sample_weight=...)` with each row given twice, and scikit-learn's
 * metrics with sample_weight. null without rows; 0/0 as in `binaryConfusion`.
 * @param scores distinct and ascending, as in `ScoreCounts`
 * @param rows rows of each score
 * @param calibrated probability of label 1 of each score (`isotonic.apply`), 0 to 1
 * @param threshold rows with score >= threshold are predicted positive
 */
export function cbpe(
  scores: Float64Array,
  rows: Uint32Array,
  calibrated: Float64Array,
  threshold: number,
): Cbpe | null {
  const positives = calibrated.map((probability, k) => rows[k]! * probability)
  const negatives = calibrated.map((probability, k) => rows[k]! * (1 - probability))
  let [tp, fp, tn, fn] = [0, 0, 0, 0]
  for (let k = 0; k < scores.length; k++)
    if (scores[k]! >= threshold) {
      tp += positives[k]!
      fp += negatives[k]!
    } else {
      fn += positives[k]!
      tn += negatives[k]!
    }
  const confusion = { tp, fp, tn, fn }
  const metrics = binaryConfusion.extract(confusion)
  return metrics === null ? null : { confusion, metrics, rocAuc: rocAuc({ positives, negatives }) }
}
