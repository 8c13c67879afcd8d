import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { lossMoments, type LossMoments } from './loss-moments'
import { rocAuc } from './roc-auc'
import { scoreCounts } from './score-counts'

/** Two models' AUC over the same rows; the difference is challenger - champion. */
export interface DelongDifference {
  readonly champion: number
  readonly challenger: number
  readonly difference: number
  readonly standardError: number
  /** On the raw scale, cut to [-1, 1]. */
  readonly lower: number
  readonly upper: number
}

/**
 * DeLong's interval of the difference of two correlated AUCs: the structural components of both models are taken row by row,
 * V10 of a positive (the share of negatives that score lower, ties half) and V01 of a negative (the share of positives that
 * score higher), and the variance is that of their differences, var(dV10) / P + var(dV01) / N with ddof 1. That is DeLong,
 * DeLong & Clarke-Pearson 1988, L S L' with L = (-1, 1), by the mid-ranks of Sun & Xu 2014: O(n log n).
 *
 * Equal to the components written out in numpy, O(P N), and to `sklearn.metrics.roc_auc_score`, in test/oracles/comparison.py.
 * Models that rank alike have a difference of exactly 0 and a point as interval.
 * @param champion, challenger finite scores of the same rows
 * @param labels 0 or 1
 * @param level share of the normal distribution inside, 0 to 1
 * @returns null with fewer than 2 positives or 2 negatives, where ddof 1 leaves nothing
 */
export function delongDifference(
  champion: Float64Array,
  challenger: Float64Array,
  labels: Uint8Array,
  level = 0.95,
): DelongDifference | null {
  const a = components(champion, labels)
  const b = components(challenger, labels)
  const ofClass = (label: number): LossMoments =>
    lossMoments.add(lossMoments.create(), labels.length, (i) =>
      labels[i] === label ? b.values[i]! - a.values[i]! : NaN,
    )
  const [positives, negatives] = [ofClass(1), ofClass(0)]
  if (a.auc === null || b.auc === null || positives.n < 2 || negatives.n < 2) return null
  const difference = b.auc - a.auc
  const variance =
    positives.m2 / (positives.n - 1) / positives.n + negatives.m2 / (negatives.n - 1) / negatives.n
  const standardError = Math.sqrt(variance)
  const margin = quantile((1 + level) / 2, 0, 1) * standardError
  return {
    champion: a.auc,
    challenger: b.auc,
    difference,
    standardError,
    lower: Math.max(-1, difference - margin),
    upper: Math.min(1, difference + margin),
  }
}

/** V10 or V01 of each row, by its label. */
function components(
  scores: Float64Array,
  labels: Uint8Array,
): { readonly auc: number | null; readonly values: Float64Array } {
  const counts = scoreCounts.create(scores, labels)
  const { positives, negatives } = scoreCounts.totals(counts)
  const distinct = counts.scores
  const [v10, v01] = [new Float64Array(distinct.length), new Float64Array(distinct.length)]
  let [positivesBelow, negativesBelow] = [0, 0]
  for (let k = 0; k < distinct.length; k++) {
    const [p, n] = [counts.positives[k]!, counts.negatives[k]!]
    v10[k] = (negativesBelow + n / 2) / negatives
    v01[k] = (positives - positivesBelow - p / 2) / positives
    positivesBelow += p
    negativesBelow += n
  }
  const values = new Float64Array(scores.length)
  for (let i = 0; i < scores.length; i++) {
    const k = placeOf(distinct, scores[i]!)
    values[i] = labels[i] === 0 ? v01[k]! : v10[k]!
  }
  return { auc: rocAuc(counts), values }
}

/** Where a value is in ascending ones that hold it. */
function placeOf(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
