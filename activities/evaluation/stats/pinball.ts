import { lossMoments, type LossMoments } from './loss-moments'

/**
 * Pinball loss of a predicted quantile, in units of the label, as moments to be made and merged by `lossMoments`: a row costs
 * alpha (label - prediction) where the label is higher, (1 - alpha) (prediction - label) where it is lower.
 * @param alpha the quantile that was predicted, 0 to 1; 0.5 is half the mae
 * @returns `moments` and these rows; rows that are not finite are left out. The mean equals
 * `sklearn.metrics.mean_pinball_loss(alpha=alpha)`.
 */
export function pinball(
  moments: LossMoments,
  predictions: Float64Array | Float32Array,
  labels: Float64Array,
  alpha: number,
): LossMoments {
  return lossMoments.add(moments, labels.length, (i) => {
    const under = labels[i]! - predictions[i]!
    return under >= 0 ? alpha * under : (alpha - 1) * under
  })
}
