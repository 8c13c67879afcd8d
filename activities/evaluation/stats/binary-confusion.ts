/** Rows by prediction and label; expected numbers of rows may be fractions. */
export interface BinaryCounts {
  readonly tp: number
  readonly fp: number
  readonly tn: number
  readonly fn: number
}

/** Shares, 0 to 1; mcc and cohenKappa -1 to 1. */
export interface BinaryMetrics {
  readonly accuracy: number
  readonly precision: number
  readonly recall: number
  readonly specificity: number
  readonly f1: number
  readonly mcc: number
  /** null where chance alone agrees always: all labels and all predictions are one class. */
  readonly cohenKappa: number | null
}

/**
 * Mergeable counts of predictions and labels (0 or 1), and what follows from them:
 * accuracy (tp + tn) / n, precision tp / (tp + fp), recall tp / (tp + fn), specificity tn / (tn + fp),
 * f1 2 tp / (2 tp + fp + fn), mcc (tp tn - fp fn) / sqrt((tp + fp)(tp + fn)(tn + fp)(tn + fn)),
 * cohen_kappa 1 - (fp + fn) / ((tp + fn)(tn + fn) / n + (tn + fp)(tp + fp) / n).
 *
 * Equals scikit-learn's accuracy_score, precision_score, recall_score, recall_score(pos_label=0), f1_score (each with
 * zero_division=0), matthews_corrcoef and cohen_kappa_score: 0/0 is 0, of cohen_kappa null (there NaN). Without rows the
 * whole is null.
 */
export const binaryConfusion = { create, add, merge, extract }

function create(): BinaryCounts {
  return { tp: 0, fp: 0, tn: 0, fn: 0 }
}

function add(counts: BinaryCounts, predicted: Uint8Array, labels: Uint8Array): BinaryCounts {
  const rows = [0, 0, 0, 0] // tn, fp, fn, tp
  for (let i = 0; i < labels.length; i++) {
    const cell = (labels[i] === 0 ? 0 : 2) + (predicted[i] === 0 ? 0 : 1)
    rows[cell]!++
  }
  return merge(counts, { tn: rows[0]!, fp: rows[1]!, fn: rows[2]!, tp: rows[3]! })
}

function merge(a: BinaryCounts, b: BinaryCounts): BinaryCounts {
  return { tp: a.tp + b.tp, fp: a.fp + b.fp, tn: a.tn + b.tn, fn: a.fn + b.fn }
}

function extract({ tp, fp, tn, fn }: BinaryCounts): BinaryMetrics | null {
  const n = tp + fp + tn + fn
  if (n === 0) return null
  const chance = ((tp + fn) * (tn + fn) + (tn + fp) * (tp + fp)) / n
  const spread = Math.sqrt((tp + fp) * (tn + fn) * ((tp + fn) * (tn + fp)))
  return {
    accuracy: (tp + tn) / n,
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    specificity: ratio(tn, tn + fp),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    // rounding must not lead out of [-1, 1]
    mcc: Math.max(-1, Math.min(1, ratio(tp * tn - fp * fn, spread))),
    cohenKappa: chance === 0 ? null : 1 - (fp + fn) / chance,
  }
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator
}
