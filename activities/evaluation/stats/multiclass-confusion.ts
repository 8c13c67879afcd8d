/** Rows by label and prediction: `counts[label * classCount + predicted]`. */
export interface MulticlassCounts {
  readonly classCount: number
  readonly counts: Float64Array
}

/** Shares, 0 to 1. */
export interface PrecisionRecallF1 {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface MulticlassMetrics {
  readonly accuracy: number
  /** Of each class, with the number of rows that have it as label. */
  readonly perClass: readonly (PrecisionRecallF1 & { readonly support: number })[]
  /** Plain mean over the classes that occur as label or as prediction. */
  readonly macro: PrecisionRecallF1
  /** From the sums over all classes: each equals the accuracy. */
  readonly micro: PrecisionRecallF1
  /** Mean weighted by support. */
  readonly weighted: PrecisionRecallF1
  /** -1 to 1; 0 where labels or predictions are one class. */
  readonly mcc: number
  /** -1 to 1; null where labels and predictions are all one and the same class. */
  readonly cohenKappa: number | null
}

/**
 * Mergeable K x K counts of class codes (0 to K - 1) and what follows from them. Of a class: precision tp / predicted,
 * recall tp / support, f1 2 tp / (predicted + support). With c = correct rows, t and p the label and prediction counts:
 * mcc (c n - t.p) / sqrt((n^2 - p.p)(n^2 - t.t)), cohen_kappa 1 - (n - c) / (n - t.p / n).
 *
 * Equals scikit-learn's precision_recall_fscore_support(zero_division=0) with average None (labels=range(K)), 'macro',
 * 'micro', 'weighted' (labels not given: a class that occurs nowhere is not in the macro mean), accuracy_score,
 * matthews_corrcoef and cohen_kappa_score (NaN there, null here). Without rows the whole is null.
 */
export const multiclassConfusion = { create, add, merge, extract }

function create(classCount: number): MulticlassCounts {
  return { classCount, counts: new Float64Array(classCount * classCount) }
}

/** @throws RangeError for a code that is no class: a label that the model does not know needs a class of its own. */
function add(confusion: MulticlassCounts, predicted: Int32Array, labels: Int32Array): MulticlassCounts {
  const { classCount } = confusion
  const counts = confusion.counts.slice()
  for (let i = 0; i < labels.length; i++) {
    const [label, prediction] = [labels[i]!, predicted[i]!]
    if (!(label >= 0 && label < classCount && prediction >= 0 && prediction < classCount))
      throw new RangeError(
        `row ${i}: label ${label}, prediction ${prediction}; codes are 0 to ${classCount - 1}`,
      )
    counts[label * classCount + prediction]!++
  }
  return { classCount, counts }
}

/** @throws RangeError when the numbers of classes differ. */
function merge(a: MulticlassCounts, b: MulticlassCounts): MulticlassCounts {
  if (a.classCount !== b.classCount)
    throw new RangeError(`counts of ${a.classCount} and of ${b.classCount} classes do not add up`)
  return { classCount: a.classCount, counts: a.counts.map((rows, i) => rows + b.counts[i]!) }
}

function extract({ classCount, counts }: MulticlassCounts): MulticlassMetrics | null {
  const support = new Float64Array(classCount)
  const predicted = new Float64Array(classCount)
  let [n, correct] = [0, 0]
  for (let label = 0; label < classCount; label++)
    for (let prediction = 0; prediction < classCount; prediction++) {
      const rows = counts[label * classCount + prediction]!
      support[label]! += rows
      predicted[prediction]! += rows
      n += rows
      if (label === prediction) correct += rows
    }
  if (n === 0) return null
  const perClass = Array.from(support, (rows, c) => {
    const truePositives = counts[c * classCount + c]!
    return { ...ofClass(truePositives, predicted[c]!, rows), support: rows }
  })
  const chance = n - dot(support, predicted) / n
  const spread = Math.sqrt((n * n - dot(predicted, predicted)) * (n * n - dot(support, support)))
  return {
    accuracy: correct / n,
    perClass,
    macro: mean(perClass, (c) => (support[c]! + predicted[c]! > 0 ? 1 : 0)),
    micro: ofClass(correct, n, n),
    weighted: mean(perClass, (c) => support[c]!),
    mcc: spread === 0 ? 0 : clip((correct * n - dot(support, predicted)) / spread),
    cohenKappa: chance === 0 ? null : 1 - (n - correct) / chance,
  }
}

function ofClass(truePositives: number, predicted: number, support: number): PrecisionRecallF1 {
  return {
    precision: predicted === 0 ? 0 : truePositives / predicted,
    recall: support === 0 ? 0 : truePositives / support,
    f1: predicted + support === 0 ? 0 : (2 * truePositives) / (predicted + support),
  }
}

function mean(perClass: readonly PrecisionRecallF1[], weight: (c: number) => number): PrecisionRecallF1 {
  let [precision, recall, f1, weights] = [0, 0, 0, 0]
  perClass.forEach((one, c) => {
    precision += one.precision * weight(c)
    recall += one.recall * weight(c)
    f1 += one.f1 * weight(c)
    weights += weight(c)
  })
  return { precision: precision / weights, recall: recall / weights, f1: f1 / weights }
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

/** Rounding must not lead out of [-1, 1]. */
function clip(mcc: number): number {
  return Math.max(-1, Math.min(1, mcc))
}
