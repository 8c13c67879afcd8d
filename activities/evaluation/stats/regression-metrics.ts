import { lossMoments, type LossMoments } from './loss-moments'

const { isFinite, isNaN } = Number
const { abs, max } = Math

/** Moments of every loss over the same rows, and of the labels. */
export interface RegressionMoments {
  /** Of |prediction - label|, in units of the label. */
  readonly absolute: LossMoments
  /** Of prediction - label. */
  readonly error: LossMoments
  /** Of (prediction - label)^2. */
  readonly squared: LossMoments
  /** Of |prediction - label| / max(|label|, 2^-52). */
  readonly percentage: LossMoments
  /** Of 2 |prediction - label| / (|label| + |prediction|), 0/0 = 0. */
  readonly symmetric: LossMoments
  readonly label: LossMoments
  /** Rows with |label| < 2^-52, whose percentage error says nothing. */
  readonly nearZero: number
  /** Rows left out: label or prediction not finite, or so large that the square is not. */
  readonly excluded: number
}

export interface RegressionMetrics {
  readonly n: number
  readonly excluded: number
  readonly mae: number
  readonly rmse: number
  /** Mean of prediction - label: positive when the model predicts too much. */
  readonly bias: number
  /** null under 2 rows; of constant labels 1 when all predictions are right, else 0. */
  readonly r2: number | null
  /** A share (0.1 is 10 %), at least 0. */
  readonly mape: number
  readonly nearZero: number
  /** 0 to 2. */
  readonly smape: number
}

const epsilon = 2 ** -52 // numpy.finfo(float64).eps

/**
 * Mergeable errors of a regression: mae, rmse, bias, r2 = 1 - sum e^2 / sum (label - mean)^2, mape, smape.
 *
 * Equals scikit-learn's mean_absolute_error, root_mean_squared_error, r2_score (force_finite; its NaN under 2 rows is null) and
 * mean_absolute_percentage_error on float64, numpy for bias and smape. Without rows the whole is null. Labels that are all one
 * value have a variance of exactly 0 here; numpy's mean may miss the value by a rounding, and its r2 is then noise.
 */
export const regressionMetrics = { create, add, merge, extract }

function create(): RegressionMoments {
  const none = lossMoments.create()
  return {
    absolute: none,
    error: none,
    squared: none,
    percentage: none,
    symmetric: none,
    label: none,
    nearZero: 0,
    excluded: 0,
  }
}

function add(
  moments: RegressionMoments,
  predictions: Float64Array | Float32Array,
  labels: Float64Array,
): RegressionMoments {
  // one pass for each loss: 6 x 5 ns a row, and NaN leaves the same rows out of all of them
  const errors = new Float64Array(labels.length)
  let [nearZero, excluded] = [0, 0]
  for (let i = 0; i < labels.length; i++) {
    const error = predictions[i]! - labels[i]!
    const usable = isFinite(error * error)
    errors[i] = usable ? error : NaN
    if (!usable) excluded++
    else if (abs(labels[i]!) < epsilon) nearZero++
  }
  const added = (old: LossMoments, lossOf: (i: number) => number): LossMoments =>
    lossMoments.add(old, labels.length, lossOf)
  return {
    absolute: added(moments.absolute, (i) => abs(errors[i]!)),
    error: added(moments.error, (i) => errors[i]!),
    squared: added(moments.squared, (i) => errors[i]! * errors[i]!),
    percentage: added(moments.percentage, (i) => abs(errors[i]!) / max(abs(labels[i]!), epsilon)),
    symmetric: added(moments.symmetric, (i) =>
      errors[i] === 0 ? 0 : (2 * abs(errors[i]!)) / (abs(labels[i]!) + abs(predictions[i]!)),
    ),
    label: added(moments.label, (i) => (isNaN(errors[i]) ? NaN : labels[i]!)),
    nearZero: moments.nearZero + nearZero,
    excluded: moments.excluded + excluded,
  }
}

function merge(a: RegressionMoments, b: RegressionMoments): RegressionMoments {
  return {
    absolute: lossMoments.merge(a.absolute, b.absolute),
    error: lossMoments.merge(a.error, b.error),
    squared: lossMoments.merge(a.squared, b.squared),
    percentage: lossMoments.merge(a.percentage, b.percentage),
    symmetric: lossMoments.merge(a.symmetric, b.symmetric),
    label: lossMoments.merge(a.label, b.label),
    nearZero: a.nearZero + b.nearZero,
    excluded: a.excluded + b.excluded,
  }
}

function extract(moments: RegressionMoments): RegressionMetrics | null {
  const { n } = moments.error
  if (n === 0) return null
  return {
    n,
    excluded: moments.excluded,
    mae: moments.absolute.mean,
    rmse: Math.sqrt(moments.squared.mean),
    bias: moments.error.mean,
    r2: n < 2 ? null : explained(moments.squared.mean * n, moments.label.m2),
    mape: moments.percentage.mean,
    nearZero: moments.nearZero,
    smape: moments.symmetric.mean,
  }
}

function explained(squares: number, total: number): number {
  if (squares === 0) return 1
  return total === 0 ? 0 : 1 - squares / total
}
