import { lossMoments, type LossMoments } from './loss-moments'

/**
 * Brier score, (score - label)^2 a row, as moments to be made and merged by `lossMoments`: its mean is the metric, 0 to 1.
 * @param scores probabilities of label 1; rows where they are not finite are left out
 * @param labels 0 or 1
 * @returns `moments` and these rows. The mean equals `sklearn.metrics.brier_score_loss(pos_label=1)` of float64 scores.
 */
export function brier(
  moments: LossMoments,
  scores: Float64Array | Float32Array,
  labels: Uint8Array,
): LossMoments {
  return lossMoments.add(moments, labels.length, (i) => {
    const error = scores[i]! - (labels[i] === 0 ? 0 : 1)
    return error * error
  })
}
