import type { Interval } from '../stats/mean-interval'
import {
  multiclassConfusion,
  type MulticlassCounts,
  type MulticlassMetrics,
} from '../stats/multiclass-confusion'

/** 95 % intervals of what has no binomial count: null without rows, or where the metric is undefined or 0 by convention. */
export interface ConfusionIntervals {
  readonly mcc: Interval | null
  readonly cohenKappa: Interval | null
  readonly macroPrecision: Interval | null
  readonly macroRecall: Interval | null
  readonly macroF1: Interval | null
  readonly weightedPrecision: Interval | null
  readonly weightedF1: Interval | null
}

/** Derivative of a metric by the count of one cell. */
type Gradient = (label: number, predicted: number) => number

/** Normal quantile of 0.975. */
const z = 1.959963984540054

/**
 * Intervals of metrics of a K x K table by the delta method: rows are a multinomial sample, and for a metric that does not
 * change when all counts are doubled the variance is the sum over cells of count x (derivative by that count)^2. Of
 * cohen_kappa this is the formula of Fleiss, Cohen & Everitt 1969. Cut to the metric's range. A table that is all right or
 * all wrong has a variance of 0 and a point as interval: true of the method, not of the world.
 *
 * Kappa equals `statsmodels.stats.inter_rater.cohens_kappa`. O(K^2).
 */
export function confusionIntervals(counts: MulticlassCounts): ConfusionIntervals {
  const metrics = multiclassConfusion.extract(counts)
  const interval = (value: number | null, lowest: number, gradient: Gradient | null): Interval | null => {
    if (value === null || gradient === null) return null
    const margin = z * Math.sqrt(variance(counts, gradient))
    return { lower: Math.max(lowest, value - margin), upper: Math.min(1, value + margin) }
  }
  const margins = marginsOf(counts)
  const of = metrics === null ? null : { metrics, margins }
  return {
    mcc: interval(metrics?.mcc ?? null, -1, of && gradientOfMcc(of)),
    cohenKappa: interval(metrics?.cohenKappa ?? null, -1, of && gradientOfKappa(of)),
    macroPrecision: interval(metrics?.macro.precision ?? null, 0, of && gradientOfMacro(of, byPrediction)),
    macroRecall: interval(metrics?.macro.recall ?? null, 0, of && gradientOfMacro(of, byLabel)),
    macroF1: interval(metrics?.macro.f1 ?? null, 0, of && gradientOfMacro(of, byBoth)),
    weightedPrecision: interval(
      metrics?.weighted.precision ?? null,
      0,
      of && gradientOfWeighted(of, byPrediction, 'precision'),
    ),
    weightedF1: interval(metrics?.weighted.f1 ?? null, 0, of && gradientOfWeighted(of, byBoth, 'f1')),
  }
}

interface Margins {
  readonly n: number
  readonly correct: number
  readonly support: Float64Array
  readonly predicted: Float64Array
  /** Rows of each class that are right. */
  readonly right: Float64Array
}

interface Table {
  readonly metrics: MulticlassMetrics
  readonly margins: Margins
}

function marginsOf({ classCount, counts }: MulticlassCounts): Margins {
  const [support, predicted] = [new Float64Array(classCount), new Float64Array(classCount)]
  const right = new Float64Array(classCount)
  counts.forEach((rows, cell) => {
    const [label, prediction] = [Math.floor(cell / classCount), cell % classCount]
    support[label]! += rows
    predicted[prediction]! += rows
    if (label === prediction) right[label]! += rows
  })
  const sum = (column: Float64Array): number => column.reduce((total, value) => total + value, 0)
  return { n: sum(support), correct: sum(right), support, predicted, right }
}

function variance({ classCount, counts }: MulticlassCounts, gradient: Gradient): number {
  return counts.reduce((sum, rows, cell) => {
    if (rows === 0) return sum
    const derivative = gradient(Math.floor(cell / classCount), cell % classCount)
    return sum + rows * derivative * derivative
  }, 0)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0)
}

function gradientOfMcc({ margins: { n, correct, support, predicted }, metrics }: Table): Gradient | null {
  const [a, b] = [n * n - dot(predicted, predicted), n * n - dot(support, support)]
  if (a === 0 || b === 0) return null
  const root = Math.sqrt(a) * Math.sqrt(b)
  return (label, prediction) => {
    const numerator = (label === prediction ? n : 0) + correct - predicted[label]! - support[prediction]!
    return numerator / root - metrics.mcc * ((n - predicted[prediction]!) / a + (n - support[label]!) / b)
  }
}

function gradientOfKappa({ margins: { n, correct, support, predicted } }: Table): Gradient {
  const both = dot(support, predicted)
  const [wrong, chance] = [n - correct, n - both / n]
  return (label, prediction) => {
    const ofChance = 1 - (predicted[label]! + support[prediction]!) / n + both / n / n
    return ((wrong / chance) * ofChance - (label === prediction ? 0 : 1)) / chance
  }
}

/** A class's rate is factor x right / rows; a row counts among the rows of its label, of its prediction, or of each. */
interface Denominator {
  readonly factor: 1 | 2
  readonly label: 0 | 1
  readonly prediction: 0 | 1
}
const byPrediction: Denominator = { factor: 1, label: 0, prediction: 1 } // precision
const byLabel: Denominator = { factor: 1, label: 1, prediction: 0 } // recall
const byBoth: Denominator = { factor: 2, label: 1, prediction: 1 } // f1

/** Derivative of sum_c weight_c x rate_c, the weights held fixed. */
function gradientOfRates(
  { support, predicted, right }: Margins,
  { factor, label: useLabel, prediction: usePrediction }: Denominator,
  weights: Float64Array,
): Gradient {
  const rows = support.map((s, c) => useLabel * s + usePrediction * predicted[c]!)
  const gain = rows.map((n, c) => (n === 0 ? 0 : (weights[c]! * factor) / n))
  const loss = rows.map((n, c) => (n === 0 ? 0 : (gain[c]! * right[c]!) / n))
  return (label, prediction) =>
    (label === prediction ? gain[label]! : 0) - useLabel * loss[label]! - usePrediction * loss[prediction]!
}

function gradientOfMacro({ margins }: Table, denominator: Denominator): Gradient {
  const { support, predicted } = margins
  const occurring = support.map((rows, c) => (rows + predicted[c]! > 0 ? 1 : 0))
  const classes = occurring.reduce((sum, one) => sum + one, 0)
  return gradientOfRates(
    margins,
    denominator,
    occurring.map((one) => one / classes),
  )
}

/** The weights, support / n, are of the sample too. */
function gradientOfWeighted(
  { margins, metrics }: Table,
  denominator: Denominator,
  rate: 'precision' | 'f1',
): Gradient {
  const { n, support } = margins
  const ofRates = gradientOfRates(
    margins,
    denominator,
    support.map((rows) => rows / n),
  )
  return (label, prediction) =>
    ofRates(label, prediction) + (metrics.perClass[label]![rate] - metrics.weighted[rate]) / n
}
