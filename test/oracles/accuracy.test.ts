import fs from 'node:fs'
import path from 'node:path'
import { averagePrecision } from '../../activities/evaluation/stats/average-precision'
import { binaryConfusion } from '../../activities/evaluation/stats/binary-confusion'
import { brier } from '../../activities/evaluation/stats/brier'
import { calibrationTable } from '../../activities/evaluation/stats/calibration-table'
import { cbpe } from '../../activities/evaluation/stats/cbpe'
import { delongInterval } from '../../activities/evaluation/stats/delong-interval'
import { ece } from '../../activities/evaluation/stats/ece'
import { isotonic } from '../../activities/evaluation/stats/isotonic'
import { logLoss } from '../../activities/evaluation/stats/log-loss'
import { lossMoments, type LossMoments } from '../../activities/evaluation/stats/loss-moments'
import { meanInterval } from '../../activities/evaluation/stats/mean-interval'
import { medianAe } from '../../activities/evaluation/stats/median-ae'
import {
  multiclassConfusion,
  type PrecisionRecallF1,
} from '../../activities/evaluation/stats/multiclass-confusion'
import { pinball } from '../../activities/evaluation/stats/pinball'
import { poissonBootstrap, type BootstrapInterval } from '../../activities/evaluation/stats/poisson-bootstrap'
import { poissonWeights } from '../../activities/evaluation/stats/poisson-weights'
import { regressionMetrics } from '../../activities/evaluation/stats/regression-metrics'
import { residualQuantiles } from '../../activities/evaluation/stats/residual-quantiles'
import { rmseInterval } from '../../activities/evaluation/stats/rmse-interval'
import { rocAuc } from '../../activities/evaluation/stats/roc-auc'
import { rocAucOneVsRest } from '../../activities/evaluation/stats/roc-auc-one-vs-rest'
import { scoreCounts } from '../../activities/evaluation/stats/score-counts'
import { topKAccuracy } from '../../activities/evaluation/stats/top-k-accuracy'

/** A number, null, or lists of them. */
type Result = number | null | readonly Result[]
type Results = Readonly<Record<string, Result>>

/** Columns are in the file, but for the samples of 1 M rows, which are made here from the recipe of accuracy.py. */
interface Sample {
  readonly name: string
  readonly rows?: number
  readonly float32?: true
  readonly expected: Results
}
interface BinarySample extends Sample {
  readonly scores: readonly (number | string)[]
  readonly labels: string
}
interface MulticlassSample extends Sample {
  readonly classes: number
  readonly probabilities: readonly (number | string)[]
  readonly labels: string
  readonly predicted: string
}
interface RegressionSample extends Sample {
  readonly predictions: readonly (number | string)[]
  readonly labels: readonly (number | string)[]
}
interface Oracle {
  readonly grid: readonly number[]
  readonly levels: readonly number[]
  readonly binary: readonly BinarySample[]
  readonly multiclass: readonly MulticlassSample[]
  readonly regression: readonly RegressionSample[]
  readonly weights: readonly {
    readonly seed: number
    readonly n: number
    readonly first: readonly number[]
    readonly histogram: readonly number[]
    readonly checksum: number
  }[]
}

const oracle = JSON.parse(fs.readFileSync(path.join(__dirname, 'accuracy.json'), 'utf8')) as Oracle
const none = lossMoments.create()
/** Looked up once: each look-up of a global costs 0.25 us in Jest. */
const { imul, floor, max } = Math
const { isNaN } = Number

type Floats = Float64Array | Float32Array
const floats = (values: readonly (number | string)[], { float32 }: Sample): Floats =>
  float32 ? Float32Array.from(values, Number) : Float64Array.from(values, Number)

/** (i * multiplier mod 2^32) / 2^32 for i = 1 to n. */
function uniform(multiplier: number, n: number): Float64Array {
  const values = new Float64Array(n)
  for (let i = 0; i < n; i++) values[i] = (imul(i + 1, multiplier) >>> 0) / 2 ** 32
  return values
}

const pair = (interval: { lower: number; upper: number } | null): Result =>
  interval && [interval.lower, interval.upper]
const bounds = (interval: BootstrapInterval | null): Result =>
  interval && [interval.lower, interval.upper, interval.replicates]

// binary

function binaryColumns(sample: BinarySample): { scores: Floats; labels: Uint8Array } {
  if (sample.rows === undefined)
    return { scores: floats(sample.scores, sample), labels: Uint8Array.from(sample.labels, Number) }
  const scores = uniform(2654435761, sample.rows).map((u) => floor(u * 100_000) / 100_000)
  const u = uniform(2246822519, sample.rows)
  return { scores, labels: Uint8Array.from(u, (one, i) => (one < 0.2 + 0.5 * scores[i]! ? 1 : 0)) }
}

function binary(sample: BinarySample, no: number): Record<string, () => Result> {
  const { scores, labels } = binaryColumns(sample)
  const counts = scoreCounts.create(scores, labels)
  const kept = Uint32Array.from(labels, (_, i) => i).filter((i) => !isNaN(scores[i]!))
  const seen = Uint8Array.from(kept, (i) => labels[i]!)
  const table = calibrationTable.add(calibrationTable.create(), scores, labels)
  const [logLosses, squares] = [logLoss.add(none, scores, labels), brier(none, scores, labels)]
  return {
    roc_auc: () => rocAuc(counts),
    average_precision: () => averagePrecision(counts),
    delong: () => {
      const interval = delongInterval(counts)
      return interval && [interval.auc, interval.standardError, interval.lower, interval.upper]
    },
    confusion: () => {
      const predicted = Uint8Array.from(kept, (i) => (scores[i]! >= 0.5 ? 1 : 0))
      const found = binaryConfusion.extract(binaryConfusion.add(binaryConfusion.create(), predicted, seen))
      return found && Object.values<number | null>({ ...found })
    },
    log_loss: () => lossMoments.mean(logLosses),
    log_loss_interval: () => pair(meanInterval(logLosses)),
    brier: () => lossMoments.mean(squares),
    brier_interval: () => pair(meanInterval(squares)),
    calibration: () =>
      calibrationTable
        .extract(table)
        .map((bin, k) => [k, bin.rows, bin.meanScore, bin.positiveShare])
        .filter(([, rows]) => rows !== 0),
    ece: () => ece(table),
    isotonic: () => {
      const fit = isotonic.fit(counts)
      return fit && Array.from(isotonic.apply(fit, Float64Array.from(oracle.grid)))
    },
    cbpe: () => {
      const rows = counts.positives.map((p, k) => p + counts.negatives[k]!)
      const calibrated = counts.scores.map((score) => 0.05 + 0.9 * score)
      const found = cbpe(counts.scores, rows, calibrated, 0.5)
      if (found === null) return null
      const { tp, fp, tn, fn } = found.confusion
      return [tp, fp, tn, fn, ...Object.values<number | null>({ ...found.metrics }), found.rocAuc]
    },
    bootstrap_average_precision: () =>
      bounds(
        poissonBootstrap(
          {
            rowCount: scores.length,
            statistic: (weights) => averagePrecision(scoreCounts.reweigh(counts, weights)),
          },
          no,
        ),
      ),
    bootstrap_ece: () =>
      bounds(
        poissonBootstrap(
          {
            rowCount: scores.length,
            statistic: (weights) =>
              ece(calibrationTable.add(calibrationTable.create(), scores, labels, weights)),
          },
          no,
        ),
      ),
  }
}

// multiclass

function multiclassColumns(sample: MulticlassSample): {
  probabilities: Floats
  labels: Int32Array
  predicted: Int32Array
} {
  if (sample.rows === undefined)
    return {
      probabilities: floats(sample.probabilities, sample),
      labels: Int32Array.from(sample.labels, Number),
      predicted: Int32Array.from(sample.predicted, Number),
    }
  const [a, b, c] = [2654435761, 2246822519, 3266489917].map((m) => uniform(m, sample.rows!))
  const u = uniform(668265263, sample.rows)
  const probabilities = new Float64Array(3 * sample.rows)
  const [labels, predicted] = [new Int32Array(sample.rows), new Int32Array(sample.rows)]
  for (let i = 0; i < sample.rows; i++) {
    const total = a![i]! + b![i]! + c![i]!
    const p = [a![i]! / total, b![i]! / total, c![i]! / total] as const
    probabilities.set(p, 3 * i)
    labels[i] = u[i]! < p[0] ? 0 : u[i]! < p[0] + p[1] ? 1 : 2
    predicted[i] = p.indexOf(max(...p))
  }
  return { probabilities, labels, predicted }
}

function multiclass(sample: MulticlassSample): Record<string, () => Result> {
  const { probabilities, labels, predicted } = multiclassColumns(sample)
  const k = sample.classes
  const metrics = multiclassConfusion.extract(
    multiclassConfusion.add(multiclassConfusion.create(k), predicted, labels),
  )
  const three = (one: PrecisionRecallF1 | undefined): Result =>
    one ? [one.precision, one.recall, one.f1] : null
  return {
    multiclass_accuracy: () => metrics && metrics.accuracy,
    per_class: () => metrics && metrics.perClass.map(three),
    macro: () => three(metrics?.macro),
    micro: () => three(metrics?.micro),
    weighted: () => three(metrics?.weighted),
    multiclass_mcc: () => metrics && metrics.mcc,
    multiclass_kappa: () => metrics && metrics.cohenKappa,
    multiclass_log_loss: () => lossMoments.mean(logLoss.addMulticlass(none, probabilities, k, labels)),
    top_k: () =>
      [1, 2, 3].map((top) =>
        topKAccuracy.extract(topKAccuracy.add(topKAccuracy.create(), probabilities, k, labels, top)),
      ),
    roc_auc_ovr: () => {
      const found = rocAucOneVsRest(
        Array.from({ length: k }, (_, c) => scoreCounts.ofClass(probabilities, k, c, labels)),
      )
      return [found.perClass, found.macro, found.weighted]
    },
  }
}

// regression

function regressionColumns(sample: RegressionSample): { predictions: Floats; labels: Float64Array } {
  if (sample.rows === undefined)
    return {
      predictions: floats(sample.predictions, sample),
      labels: Float64Array.from(sample.labels, Number),
    }
  const labels = uniform(2654435761, sample.rows).map((u) => 100 * u - 30)
  const [u, v] = [uniform(2246822519, sample.rows), uniform(3266489917, sample.rows)]
  return { predictions: labels.map((x, i) => x + 10 * (u[i]! - 0.45) * v[i]!), labels }
}

function regression(sample: RegressionSample, no: number): Record<string, () => Result> {
  const { predictions, labels } = regressionColumns(sample)
  const moments = regressionMetrics.add(regressionMetrics.create(), predictions, labels)
  const metrics = regressionMetrics.extract(moments)
  const sorted = medianAe.sortedErrors(predictions, labels)
  const ofPinball = (alpha: number): LossMoments => pinball(none, predictions, labels, alpha)
  return {
    mae: () => metrics && metrics.mae,
    rmse: () => metrics && metrics.rmse,
    r2: () => metrics && metrics.r2,
    bias: () => metrics && metrics.bias,
    mape: () => metrics && metrics.mape,
    smape: () => metrics && metrics.smape,
    near_zero: () => moments.nearZero,
    excluded: () => moments.excluded,
    median_ae: () => medianAe.extract(sorted),
    pinball: () => metrics && [0.1, 0.5, 0.9].map((alpha) => ofPinball(alpha).mean),
    residual_quantiles: () => residualQuantiles(predictions, labels, oracle.levels),
    mae_interval: () => pair(meanInterval(moments.absolute)),
    bias_interval: () => pair(meanInterval(moments.error)),
    rmse_interval: () => pair(rmseInterval(moments.squared)),
    bootstrap_median_ae: () =>
      bounds(
        poissonBootstrap(
          { rowCount: sorted.length, statistic: (weights) => medianAe.extract(sorted, weights) },
          2 ** 40 + no,
        ),
      ),
  }
}

// comparison

const seen = new Map<string, { cases: number; deviation: number }>()

/** The largest relative deviation; Infinity where one is a number and the other is not. Near 0, 1e-12 absolute is as good. */
function deviationOf(found: Result, expected: Result): number {
  if (Array.isArray(found) && Array.isArray(expected))
    return found.length === expected.length
      ? Math.max(0, ...found.map((one, i) => deviationOf(one as Result, expected[i] as Result)))
      : Infinity
  if (typeof found !== 'number' || typeof expected !== 'number') return found === expected ? 0 : Infinity
  if (found === expected) return 0
  const difference = Math.abs(found - expected)
  const relative = difference / Math.abs(expected)
  return relative > 1e-9 && difference <= 1e-12 ? 0 : relative
}

function compare(functions: Record<string, () => Result>, expected: Results): void {
  const wrong = Object.entries(expected).flatMap(([metric, value]) => {
    const found = functions[metric]!()
    const deviation = deviationOf(found, value)
    const { cases, deviation: largest } = seen.get(metric) ?? { cases: 0, deviation: 0 }
    seen.set(metric, { cases: cases + 1, deviation: Math.max(largest, deviation) })
    return deviation <= 1e-9 ? [] : [{ metric, found, expected: value }]
  })
  expect(wrong).toEqual([])
}

test.each(oracle.binary.map((sample, no) => [sample.name, sample, no] as const))(
  'binary metrics equal scikit-learn’s: %s',
  (_, sample, no) => compare(binary(sample, no), sample.expected),
)

test.each(oracle.multiclass.map((sample) => [sample.name, sample] as const))(
  'multiclass metrics equal scikit-learn’s: %s',
  (_, sample) => compare(multiclass(sample), sample.expected),
)

test.each(oracle.regression.map((sample, no) => [sample.name, sample, no] as const))(
  'regression metrics equal scikit-learn’s: %s',
  (_, sample, no) => compare(regression(sample, no), sample.expected),
)

test.each(oracle.weights)('Poisson weights of seed $seed are those of Python', ({ seed, n, ...expected }) => {
  const weights = new Uint8Array(n)
  poissonWeights(seed).fill(weights)
  const histogram = new Array<number>(14).fill(0)
  weights.forEach((weight) => histogram[weight]!++)
  const checksum = weights.reduce((sum, weight, i) => sum + weight * (i % 1009), 0)
  const found = [[...weights.subarray(0, 24)], histogram, checksum]
  compare({ poisson_weights: () => found }, { poisson_weights: Object.values(expected) })
})

afterAll(() => {
  const lines = [...seen].map(
    ([metric, { cases, deviation }]) =>
      `  ${metric.padEnd(28)}${String(cases).padStart(4)} cases  ${deviation === 0 ? '0' : deviation.toExponential(1)}`,
  )
  process.stdout.write(`largest relative deviation from the oracle, by metric\n${lines.join('\n')}\n`)
})
