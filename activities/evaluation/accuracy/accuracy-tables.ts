import { binaryConfusion, type BinaryCounts } from '../stats/binary-confusion'
import { calibrationTable, type CalibrationBin } from '../stats/calibration-table'
import { multiclassConfusion } from '../stats/multiclass-confusion'
import { wilsonInterval, type ShareInterval } from '../stats/wilson-interval'
import { labelledRows, type BinaryRows, type MulticlassRows } from './labelled-rows'
import { oneVsRestAuc, type AucWithInterval } from './one-vs-rest-auc'
import { topClass } from './top-class'

/** A line of a calibration table; `interval` is Wilson's of positiveShare, null in an empty bin. */
export type CalibrationLine = CalibrationBin & { readonly interval: ShareInterval | null }

export interface BinaryTables {
  readonly calibration: readonly CalibrationLine[]
  readonly confusion: BinaryCounts
}

/** One class against all others. */
export interface ClassLine {
  readonly class: string
  /** Rows with this label, and rows with this prediction. */
  readonly support: number
  readonly predicted: number
  readonly precision: number
  readonly precisionInterval: ShareInterval | null
  readonly recall: number
  readonly recallInterval: ShareInterval | null
  /** 0 where no row has another label. */
  readonly specificity: number
  readonly specificityInterval: ShareInterval | null
  readonly f1: number
  readonly f1Interval: ShareInterval | null
  readonly rocAuc: AucWithInterval | null
}

export interface MulticlassTables {
  /** Of the top class's probability, with 1 where it is right. */
  readonly calibration: readonly CalibrationLine[]
  /** Rows by label, then by prediction, both in order of `classes`. */
  readonly confusion: readonly (readonly number[])[]
  readonly classes: readonly ClassLine[]
}

/**
 * Tables for a report, as plain objects, of the rows that can be used (`labelledRows.usable`). Rates without rows are 0
 * with a null interval.
 * - `binary(rows)`: calibration and confusion. - `multiclass(rows)`: the same, and a line for each class.
 */
export const accuracyTables = { binary, multiclass }

function binary(rows: BinaryRows): BinaryTables {
  const { scores, labels, decisions } = labelledRows.take('binary', rows, labelledRows.usable('binary', rows))
  return {
    calibration: calibration(scores, labels),
    confusion: binaryConfusion.add(binaryConfusion.create(), decisions, labels),
  }
}

function multiclass(rows: MulticlassRows): MulticlassTables {
  const used = labelledRows.take('multiclass', rows, labelledRows.usable('multiclass', rows))
  const top = topClass(used)
  const classCount = used.classes.length
  const { counts } = multiclassConfusion.add(multiclassConfusion.create(classCount), top.classes, used.labels)
  const { perClass } = oneVsRestAuc(used)
  const confusion = used.classes.map((_, label) => [
    ...counts.subarray(label * classCount, (label + 1) * classCount),
  ])
  return {
    calibration: calibration(top.probabilities, top.right),
    confusion,
    classes: used.classes.map((name, c) => classLine(name, confusion, c, perClass[c]!)),
  }
}

function calibration(scores: Float64Array, labels: Uint8Array): CalibrationLine[] {
  const table = calibrationTable.add(calibrationTable.create(), scores, labels)
  return calibrationTable
    .extract(table)
    .map((bin, k) => ({ ...bin, interval: wilsonInterval(table.positives[k]!, bin.rows) }))
}

function classLine(
  name: string,
  confusion: readonly (readonly number[])[],
  c: number,
  rocAuc: AucWithInterval | null,
): ClassLine {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const n = sum(confusion.map(sum))
  const [support, predicted] = [sum(confusion[c]!), sum(confusion.map((row) => row[c]!))]
  const tp = confusion[c]![c]!
  const rate = (count: number, of: number): number => (of === 0 ? 0 : count / of)
  // f1 is 2j / (1 + j) of j = tp / (tp + fp + fn): a share, whose interval is carried over
  const jaccard = wilsonInterval(tp, support + predicted - tp)
  const toF1 = (j: number): number => (2 * j) / (1 + j)
  const trueNegatives = n - support - predicted + tp
  return {
    class: name,
    support,
    predicted,
    precision: rate(tp, predicted),
    precisionInterval: wilsonInterval(tp, predicted),
    recall: rate(tp, support),
    recallInterval: wilsonInterval(tp, support),
    specificity: rate(trueNegatives, n - support),
    specificityInterval: wilsonInterval(trueNegatives, n - support),
    f1: rate(2 * tp, support + predicted),
    f1Interval: jaccard && { low: toF1(jaccard.low), high: toF1(jaccard.high) },
    rocAuc,
  }
}
