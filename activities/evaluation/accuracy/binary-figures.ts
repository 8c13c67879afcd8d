import { averagePrecision } from '../stats/average-precision'
import { binaryConfusion, type BinaryCounts } from '../stats/binary-confusion'
import { brier } from '../stats/brier'
import { calibrationTable } from '../stats/calibration-table'
import { delongInterval } from '../stats/delong-interval'
import { ece } from '../stats/ece'
import { logLoss } from '../stats/log-loss'
import { lossMoments } from '../stats/loss-moments'
import { rocAuc } from '../stats/roc-auc'
import { scoreCounts, type ScoreCounts } from '../stats/score-counts'
import { wilsonInterval } from '../stats/wilson-interval'
import { confusionIntervals } from './confusion-intervals'
import { figure, type Figure } from './figure'
import { labelledRows, type BinaryRows } from './labelled-rows'
import { sampledInterval, type Resampling } from './sampled-interval'

/**
 * Every metric of a binary model over the rows: accuracy, precision, recall, specificity, f1, mcc, cohen_kappa, roc_auc,
 * average_precision, log_loss, brier, ece. Scores are finite.
 *
 * Intervals: Wilson (accuracy, precision, recall, specificity; of f1, which is 2j / (1 + j), Wilson's of j = tp / (tp + fp + fn)
 * carried over), delta method (mcc, cohen_kappa), DeLong, mean of losses, bootstrap (average_precision; ece, mirrored). With one class only
 * roc_auc is null, and average_precision without positives; scores outside [0, 1] have no log_loss, brier and ece.
 * @param hashes of the rows' keys
 */
export function binaryFigures(rows: BinaryRows, hashes: BigUint64Array, resampling: Resampling): Figure[] {
  const confusion = binaryConfusion.add(binaryConfusion.create(), rows.decisions, rows.labels)
  const counts = scoreCounts.create(rows.scores, rows.labels)
  const sampled = labelledRows.take('binary', rows, sampledInterval.rows(hashes, resampling))
  return [
    ...ofDecisions(confusion),
    ofAuc(counts),
    ofAveragePrecision(counts, sampled, resampling),
    ...ofProbabilities(rows, counts, sampled, resampling),
  ]
}

function ofDecisions({ tp, fp, tn, fn }: BinaryCounts): Figure[] {
  const n = tp + fp + tn + fn
  const metrics = binaryConfusion.extract({ tp, fp, tn, fn })
  const intervals = confusionIntervals({ classCount: 2, counts: Float64Array.of(tn, fp, fn, tp) })
  const jaccard = wilsonInterval(tp, tp + fp + fn)
  const ofJaccard = (j: number): number => (2 * j) / (1 + j)
  if (metrics === null)
    return ['accuracy', 'precision', 'recall', 'specificity', 'f1', 'mcc', 'cohen_kappa'].map((metric) =>
      figure.missing(metric, 0, 'no labelled rows'),
    )
  return [
    figure.rate('accuracy', tp + tn, n, 'no labelled rows'),
    figure.rate('precision', tp, tp + fp, 'no row is predicted 1'),
    figure.rate('recall', tp, tp + fn, 'no label is 1'),
    figure.rate('specificity', tn, tn + fp, 'no label is 0'),
    figure.of(
      'f1',
      metrics.f1,
      tp + fp + fn,
      jaccard && { lower: ofJaccard(jaccard.low), upper: ofJaccard(jaccard.high) },
      jaccard === null ? 'no label and no prediction is 1: 0 by convention' : null,
    ),
    figure.of(
      'mcc',
      metrics.mcc,
      n,
      intervals.mcc,
      intervals.mcc === null ? 'labels or predictions are one class only: 0 by convention' : null,
    ),
    figure.of(
      'cohen_kappa',
      metrics.cohenKappa,
      n,
      intervals.cohenKappa,
      metrics.cohenKappa === null ? 'labels and predictions are one and the same class' : null,
    ),
  ]
}

function ofAuc(counts: ScoreCounts): Figure {
  const { positives, negatives } = scoreCounts.totals(counts)
  const auc = rocAuc(counts)
  if (auc === null)
    return figure.missing('roc_auc', positives + negatives, reasonOfOneClass(positives, negatives))
  const interval = delongInterval(counts)
  const few =
    interval === null ? `${positives} labels are 1, ${negatives} are 0: too few for an interval` : null
  return figure.of('roc_auc', auc, positives + negatives, interval, few)
}

function ofAveragePrecision(counts: ScoreCounts, sampled: BinaryRows, resampling: Resampling): Figure {
  const { positives, negatives } = scoreCounts.totals(counts)
  if (positives === 0)
    return figure.missing('average_precision', negatives, reasonOfOneClass(positives, negatives))
  const ofSample = scoreCounts.create(sampled.scores, sampled.labels)
  const statistic = (weights: Uint8Array): number | null =>
    averagePrecision(scoreCounts.reweigh(ofSample, weights)) || null // 0 is a replicate without positives: undefined
  return sampledInterval.figureOf(
    'average_precision',
    averagePrecision(counts),
    positives + negatives,
    { rowCount: sampled.labels.length, statistic },
    resampling,
  )
}

function ofProbabilities(
  { scores, labels }: BinaryRows,
  counts: ScoreCounts,
  sampled: BinaryRows,
  resampling: Resampling,
): Figure[] {
  const n = labels.length
  const outside = n > 0 && (counts.scores[0]! < 0 || counts.scores.at(-1)! > 1)
  if (n === 0 || outside)
    return ['log_loss', 'brier', 'ece'].map((metric) =>
      figure.missing(metric, n, outside ? 'scores outside 0 to 1 are no probabilities' : 'no labelled rows'),
    )
  const none = lossMoments.create()
  const eceOf = (rows: BinaryRows, weights?: Uint8Array): number | null =>
    ece(calibrationTable.add(calibrationTable.create(), rows.scores, rows.labels, weights))
  const resampled = {
    rowCount: sampled.labels.length,
    statistic: (weights: Uint8Array) => eceOf(sampled, weights),
  }
  return [
    figure.mean('log_loss', logLoss.add(none, scores, labels)),
    figure.mean('brier', brier(none, scores, labels)),
    sampledInterval.reflectedFigureOf(
      'ece',
      ece(calibrationTable.add(calibrationTable.create(), scores, labels)),
      n,
      resampled,
      resampling,
    ),
  ]
}

function reasonOfOneClass(positives: number, negatives: number): string {
  if (positives + negatives === 0) return 'no labelled rows'
  return `one class only: all ${positives + negatives} labels are ${positives > 0 ? 1 : 0}`
}
