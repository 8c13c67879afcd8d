import { lossMoments } from '../stats/loss-moments'
import { meanInterval, type Interval } from '../stats/mean-interval'
import { medianAe } from '../stats/median-ae'
import { pinball } from '../stats/pinball'
import { quantileSorted } from '../stats/quantile-sorted'
import { regressionMetrics, type RegressionMoments } from '../stats/regression-metrics'
import { rmseInterval } from '../stats/rmse-interval'
import { figure, type Figure } from './figure'
import { labelledRows, type RegressionRows } from './labelled-rows'
import { sampledInterval, type Resampling } from './sampled-interval'

/** Normal quantile of 0.975. */
const z = 1.959963984540054
const levels = [5, 25, 75, 95]

/**
 * Every metric of a regression model over the rows: mae, rmse, bias, r2, mape with near_zero_count (labels under 2^-52, whose
 * percentage says nothing), smape, pinball, median_ae, residual_p05, p25, p50, p75 and p95. A residual is prediction - label.
 *
 * Intervals: mean of losses; delta method (rmse, r2); order statistics (residual quantiles: the ranks nq -+ z sqrt(nq (1 - q)),
 * free of any distribution); bootstrap (median_ae and the median residual).
 * @param alpha the quantile that pinball is of
 */
export function regressionFigures(
  rows: RegressionRows,
  hashes: BigUint64Array,
  resampling: Resampling,
  alpha: number,
): Figure[] {
  const { predictions, labels } = rows
  const moments = regressionMetrics.add(regressionMetrics.create(), predictions, labels)
  const metrics = regressionMetrics.extract(moments)
  const n = metrics?.n ?? 0
  const sampled = labelledRows.take('regression', rows, sampledInterval.rows(hashes, resampling))
  const figures = [
    figure.mean('mae', moments.absolute),
    figure.of('rmse', metrics?.rmse ?? null, n, rmseInterval(moments.squared)),
    figure.mean('bias', moments.error),
    ofR2(rows, moments),
    figure.mean('mape', moments.percentage),
    figure.of('near_zero_count', n === 0 ? null : moments.nearZero, n, null),
    figure.mean('smape', moments.symmetric),
    figure.mean('pinball', pinball(lossMoments.create(), predictions, labels, alpha)),
    ofMedianError(rows, sampled, resampling),
    ...ofResiduals(rows, sampled, resampling),
  ]
  return n > 0 ? figures : figures.map(({ metric }) => figure.missing(metric, 0, 'no labelled rows'))
}

/** 1 - a / b, a the mean squared error, b the labels' variance: each row's share in its change, (a q / b - e^2) / b, has an sd. */
function ofR2({ predictions, labels }: RegressionRows, moments: RegressionMoments): Figure {
  const metrics = regressionMetrics.extract(moments)
  const n = labels.length
  if (metrics === null || metrics.r2 === null) return figure.missing('r2', n, 'one row only')
  const [a, b, mean] = [moments.squared.mean, moments.label.m2 / n, moments.label.mean]
  if (b === 0) return figure.of('r2', metrics.r2, n, null, 'labels are all one value: 0 or 1 by convention')
  const influence = lossMoments.add(lossMoments.create(), n, (row) => {
    const [error, deviation] = [predictions[row]! - labels[row]!, labels[row]! - mean]
    return ((a / b) * deviation * deviation - error * error) / b
  })
  const around = meanInterval(influence)
  const margin = around === null ? null : around.upper - influence.mean
  return figure.of(
    'r2',
    metrics.r2,
    n,
    margin === null ? null : { lower: metrics.r2 - margin, upper: Math.min(1, metrics.r2 + margin) },
  )
}

function ofMedianError(rows: RegressionRows, sampled: RegressionRows, resampling: Resampling): Figure {
  const value = medianAe.extract(medianAe.sortedErrors(rows.predictions, rows.labels))
  const sorted = medianAe.sortedErrors(sampled.predictions, sampled.labels)
  const statistic = (weights: Uint8Array): number | null => medianAe.extract(sorted, weights)
  const resampled = { rowCount: sorted.length, statistic }
  return sampledInterval.figureOf('median_ae', value, rows.labels.length, resampled, resampling)
}

function ofResiduals(rows: RegressionRows, sampled: RegressionRows, resampling: Resampling): Figure[] {
  const [all, some] = [sortedResiduals(rows), sortedResiduals(sampled)]
  const name = (percent: number): string => `residual_p${String(percent).padStart(2, '0')}`
  // the middle of any sorted values, not only of absolute ones
  const statistic = (weights: Uint8Array): number | null => medianAe.extract(some, weights)
  const median = sampledInterval.figureOf(
    name(50),
    quantileSorted(all, 0.5),
    all.length,
    { rowCount: some.length, statistic },
    resampling,
  )
  const others = levels.map((percent) =>
    figure.of(
      name(percent),
      quantileSorted(all, percent / 100),
      all.length,
      orderInterval(all, percent / 100),
    ),
  )
  return [...others.slice(0, 2), median, ...others.slice(2)]
}

function sortedResiduals({ predictions, labels }: RegressionRows): Float64Array {
  return predictions.map((prediction, row) => prediction - labels[row]!).sort()
}

/** null where a bound would lie beyond the first or the last row. */
function orderInterval(sorted: Float64Array, q: number): Interval | null {
  const half = z * Math.sqrt(sorted.length * q * (1 - q))
  const low = Math.floor(sorted.length * q - half)
  const high = Math.ceil(sorted.length * q + half) + 1
  if (low < 1 || high > sorted.length) return null
  return { lower: sorted[low - 1]!, upper: sorted[high - 1]! }
}
