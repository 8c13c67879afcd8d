import { averagePrecision } from '../stats/average-precision'
import { calibrationTable } from '../stats/calibration-table'
import { ece } from '../stats/ece'
import { logLoss } from '../stats/log-loss'
import { lossMoments } from '../stats/loss-moments'
import type { Interval } from '../stats/mean-interval'
import { multiclassConfusion } from '../stats/multiclass-confusion'
import { scoreCounts } from '../stats/score-counts'
import { topKAccuracy } from '../stats/top-k-accuracy'
import { confusionIntervals } from './confusion-intervals'
import { figure, type Figure } from './figure'
import { labelledRows, type MulticlassRows } from './labelled-rows'
import { oneVsRestAuc, type AucWithInterval } from './one-vs-rest-auc'
import { sampledInterval, type Resampling } from './sampled-interval'
import { topClass } from './top-class'

/**
 * Every metric of a multiclass model over the rows: accuracy; precision, recall and f1 as _macro, _micro and _weighted; mcc,
 * cohen_kappa; roc_auc_macro and roc_auc_weighted (one against the rest); average_precision_macro (mean over the classes);
 * top_k_accuracy as top_2_accuracy and so on; log_loss; brier (sum over the classes, 0 to 2, scikit-learn's default); ece of
 * the top class. Probabilities are finite, labels are positions in `classes`.
 *
 * Intervals: Wilson (accuracy, what equals it, top-k), delta method, DeLong's covariances, mean of losses, bootstrap
 * (average_precision_macro, ece), whose sample is cut to 1 M probabilities.
 * @param ks the k of top-k
 */
export function multiclassFigures(
  rows: MulticlassRows,
  hashes: BigUint64Array,
  resampling: Resampling,
  ks: readonly number[],
): Figure[] {
  const sampleRows = Math.min(resampling.sampleRows, Math.ceil(1e6 / rows.classes.length))
  const sample = sampledInterval.rows(hashes, { ...resampling, sampleRows })
  const sampled = labelledRows.take('multiclass', rows, sample)
  return [
    ...ofTopClass(rows),
    ...ofRanks(rows),
    ofAveragePrecision(rows, sampled, resampling),
    ...ofTopK(rows, ks),
    ...ofProbabilities(rows, sampled, resampling),
  ]
}

function ofTopClass(rows: MulticlassRows): Figure[] {
  const classCount = rows.classes.length
  const counts = multiclassConfusion.add(
    multiclassConfusion.create(classCount),
    topClass(rows).classes,
    rows.labels,
  )
  const metrics = multiclassConfusion.extract(counts)
  const intervals = confusionIntervals(counts)
  const n = rows.labels.length
  const correct = Math.round((metrics?.accuracy ?? 0) * n)
  const nothing = 'no labelled rows'
  // what equals the accuracy has its interval
  const rate = (metric: string): Figure =>
    n === 0 ? figure.missing(metric, 0, nothing) : figure.rate(metric, correct, n, nothing)
  const of = (
    metric: string,
    value: number | null | undefined,
    interval: Interval | null,
    otherwise: string,
  ): Figure => {
    if (n === 0) return figure.missing(metric, 0, nothing)
    return figure.of(metric, value ?? null, n, interval, interval === null ? otherwise : null)
  }
  return [
    rate('accuracy'),
    of('precision_macro', metrics?.macro.precision, intervals.macroPrecision, nothing),
    of('recall_macro', metrics?.macro.recall, intervals.macroRecall, nothing),
    of('f1_macro', metrics?.macro.f1, intervals.macroF1, nothing),
    ...['precision_micro', 'recall_micro', 'f1_micro'].map(rate),
    of('precision_weighted', metrics?.weighted.precision, intervals.weightedPrecision, nothing),
    rate('recall_weighted'),
    of('f1_weighted', metrics?.weighted.f1, intervals.weightedF1, nothing),
    of('mcc', metrics?.mcc, intervals.mcc, 'labels or predictions are one class only: 0 by convention'),
    of(
      'cohen_kappa',
      metrics?.cohenKappa,
      intervals.cohenKappa,
      'labels and predictions are one and the same class',
    ),
  ]
}

function ofRanks(rows: MulticlassRows): Figure[] {
  const { macro, weighted } = oneVsRestAuc(rows)
  const n = rows.labels.length
  const of = (metric: string, found: AucWithInterval | null, why: string): Figure => {
    if (found === null) return figure.missing(metric, n, n === 0 ? 'no labelled rows' : why)
    const few = found.interval === null ? 'a class with one row only: too few for an interval' : null
    return figure.of(metric, found.auc, n, found.interval, few)
  }
  return [
    of('roc_auc_macro', macro, reasonOfAbsent(rows)),
    of('roc_auc_weighted', weighted, 'one class only'),
  ]
}

/** Of each class against the rest, then their mean: null as soon as a class has no row. */
function ofAveragePrecision(rows: MulticlassRows, sampled: MulticlassRows, resampling: Resampling): Figure {
  const metric = 'average_precision_macro'
  const [n, classCount] = [rows.labels.length, rows.classes.length]
  const absent = reasonOfAbsent(rows)
  if (absent !== '') return figure.missing(metric, n, n === 0 ? 'no labelled rows' : absent)
  let value = 0
  for (let c = 0; c < classCount; c++)
    value +=
      averagePrecision(scoreCounts.ofClass(rows.probabilities, classCount, c, rows.labels))! / classCount
  const ordered = rows.classes.map((_, c) => orderedByClass(sampled, c))
  const own = new Uint8Array(sampled.labels.length)
  const statistic = (weights: Uint8Array): number | null => {
    let sum = 0
    for (const { counts, order } of ordered) {
      for (let i = 0; i < order.length; i++) own[i] = weights[order[i]!]!
      const value = averagePrecision(scoreCounts.reweigh(counts, own))
      if (value === null || value === 0) return null // a replicate without rows of the class
      sum += value
    }
    return sum / classCount
  }
  return sampledInterval.figureOf(
    metric,
    value,
    n,
    { rowCount: sampled.labels.length, statistic },
    resampling,
  )
}

/** The counts of one class, and the rows in the order that `scoreCounts.reweigh` takes weights. */
function orderedByClass({ probabilities, classes, labels }: MulticlassRows, c: number) {
  const counts = scoreCounts.ofClass(probabilities, classes.length, c, labels)
  const of = (row: number): number => probabilities[row * classes.length + c]!
  const other = (row: number): number => (labels[row] === c ? 0 : 1)
  const order = Uint32Array.from(labels, (_, row) => row).sort(
    (a, b) => of(a) - of(b) || other(a) - other(b) || a - b,
  )
  return { counts, order }
}

function ofTopK({ probabilities, classes, labels }: MulticlassRows, ks: readonly number[]): Figure[] {
  return ks.map((k) => {
    const metric = `top_${k}_accuracy`
    if (labels.length === 0) return figure.missing(metric, 0, 'no labelled rows')
    const { hits, rows } = topKAccuracy.add(topKAccuracy.create(), probabilities, classes.length, labels, k)
    return figure.rate(metric, hits, rows, '')
  })
}

function ofProbabilities(rows: MulticlassRows, sampled: MulticlassRows, resampling: Resampling): Figure[] {
  const { probabilities, classes, labels } = rows
  const [n, classCount] = [labels.length, classes.length]
  const outside = probabilities.some((probability) => probability < 0 || probability > 1)
  if (n === 0 || outside)
    return ['log_loss', 'brier', 'ece'].map((metric) =>
      figure.missing(metric, n, outside ? 'values outside 0 to 1 are no probabilities' : 'no labelled rows'),
    )
  const none = lossMoments.create()
  const brier = lossMoments.add(none, n, (row) => {
    let sum = 0
    for (let c = 0; c < classCount; c++)
      sum += (probabilities[row * classCount + c]! - (labels[row] === c ? 1 : 0)) ** 2
    return sum
  })
  const [top, ofSample] = [topClass(rows), topClass(sampled)]
  const eceOf = ({ probabilities: scores, right }: typeof top, weights?: Uint8Array): number | null =>
    ece(calibrationTable.add(calibrationTable.create(), scores, right, weights))
  const resampled = {
    rowCount: sampled.labels.length,
    statistic: (weights: Uint8Array) => eceOf(ofSample, weights),
  }
  return [
    figure.mean('log_loss', logLoss.addMulticlass(none, probabilities, classCount, labels)),
    figure.mean('brier', brier),
    sampledInterval.reflectedFigureOf('ece', eceOf(top), n, resampled, resampling),
  ]
}

/** '' where every class has rows and no class has all. */
function reasonOfAbsent({ classes, labels }: MulticlassRows): string {
  const rows = new Float64Array(classes.length)
  for (const label of labels) rows[label]!++
  const absent = classes.filter((_, c) => rows[c] === 0)
  return absent.length === 0 ? '' : `${absent.length} of ${classes.length} classes have no row: ${absent[0]!}`
}
