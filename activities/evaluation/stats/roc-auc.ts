/** Positives and negatives by ascending score: `ScoreCounts`, or expected numbers of rows, which are fractions. */
export interface CountsByScore {
  readonly positives: Uint32Array | Float64Array
  readonly negatives: Uint32Array | Float64Array
}

/**
 * Area under the ROC curve by mid-ranks: the share of pairs (positive, negative) in which the positive scores higher, ties
 * counted half. sum_k positives[k] (negatives below k + negatives[k] / 2) / (P N).
 *
 * Exact at any number of rows: integers and halves as long as P N < 2^52, rounded beyond. Equals
 * `sklearn.metrics.roc_auc_score`, also where that returns NaN: null when there is no row or only one class.
 * @example rocAuc(scoreCounts.create(new Float64Array([0.1, 0.4, 0.35, 0.8]), new Uint8Array([0, 0, 1, 1]))) // 0.75
 */
export function rocAuc({ positives, negatives }: CountsByScore): number | null {
  let [pairs, positivesSum, negativesBelow] = [0, 0, 0]
  for (let k = 0; k < positives.length; k++) {
    const [p, n] = [positives[k]!, negatives[k]!]
    pairs += p * (negativesBelow + n / 2)
    positivesSum += p
    negativesBelow += n
  }
  return positivesSum > 0 && negativesBelow > 0 ? pairs / (positivesSum * negativesBelow) : null
}
