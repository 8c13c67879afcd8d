import { lossMoments, type LossMoments } from './loss-moments'

const { isFinite } = Number
const { log, max, min } = Math

/** numpy.finfo(float64).eps */
const epsilon = 2 ** -52

/**
 * Log loss, in nats a row, as moments to be made and merged by `lossMoments`: its mean is the metric, its sd serves the
 * interval. A row costs -ln of the probability of its label, clipped to [2^-52, 1 - 2^-52].
 * - `add(moments, scores, labels)`: binary, scores of label 1; label 0 has 1 - score, clipped after the subtraction.
 * - `addMulticlass(moments, probabilities, classCount, labels)`: row-major [rows x classCount], codes 0 to K - 1.
 * - `cost(probability)`: of one row, from the probability of its label; NaN where that is not finite.
 *
 * Equals `sklearn.metrics.log_loss(labels=range(K))` on float64: nothing is normalised to a sum of 1, and float32 is
 * widened first (scikit-learn would clip float32 input at the eps of float32, 1.2e-7). Rows whose probability is not
 * finite are left out: compare `n` with the rows given.
 */
export const logLoss = { add, addMulticlass, cost }

function add(moments: LossMoments, scores: Float64Array | Float32Array, labels: Uint8Array): LossMoments {
  return lossMoments.add(moments, labels.length, (i) => cost(labels[i] === 0 ? 1 - scores[i]! : scores[i]!))
}

function addMulticlass(
  moments: LossMoments,
  probabilities: Float64Array | Float32Array,
  classCount: number,
  labels: Int32Array,
): LossMoments {
  return lossMoments.add(moments, labels.length, (i) => cost(probabilities[i * classCount + labels[i]!]!))
}

function cost(probability: number): number {
  if (!isFinite(probability)) return NaN
  return -log(min(max(probability, epsilon), 1 - epsilon))
}
