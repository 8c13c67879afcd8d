import { poissonBootstrap, type Resampled } from '../stats/poisson-bootstrap'
import { figure, type Figure } from './figure'
import { hashSample } from './hash-sample'

/** How the bootstrap is made. */
export interface Resampling {
  /** An integer, 0 to 2^53 - 1: the same seed gives the same intervals. */
  readonly seed: number
  /** Rows that the bootstrap works on at most. */
  readonly sampleRows: number
  readonly replicates: number
}

/**
 * Figures whose interval is bootstrapped.
 * - `rows(hashes, resampling)`: the rows to work on, positions in order of hash.
 * - `figureOf(metric, value, n, resampled, resampling)`: the value of all n rows with the percentile interval of a sample,
 *   widened to the value where that lies outside. Where the sample has fewer rows the reason says so; the interval is then
 *   that of so many rows: wider than n rows deserve, never narrower.
 * - `reflectedFigureOf(...)`: for a statistic that noise moves one way, as ece upwards: a replicate is then as much too high
 *   again, and the percentile interval lies above the value (5 M calibrated rows: 0.0025 to 0.0060 around an ece of 0.0005).
 *   The interval mirrored at the sample's value (the basic bootstrap: 2 value - bound), cut to [0, 1], takes that back.
 */
export const sampledInterval = { rows, figureOf, reflectedFigureOf }

function rows(hashes: BigUint64Array, { sampleRows }: Resampling): Uint32Array {
  return hashSample(hashes, sampleRows)
}

function figureOf(
  metric: string,
  value: number | null,
  n: number,
  resampled: Resampled,
  { seed, replicates }: Resampling,
): Figure {
  const interval = value === null ? null : poissonBootstrap(resampled, seed, { replicates })
  return withInterval(metric, value, n, resampled.rowCount, interval)
}

function reflectedFigureOf(
  metric: string,
  value: number | null,
  n: number,
  resampled: Resampled,
  { seed, replicates }: Resampling,
): Figure {
  const { rowCount, statistic } = resampled
  const own = value === null ? null : statistic(new Uint8Array(rowCount).fill(1))
  const found = own === null ? null : poissonBootstrap(resampled, seed, { replicates })
  const mirror = (bound: number): number => Math.max(0, Math.min(1, 2 * own! - bound))
  const interval = found && { lower: mirror(found.upper), upper: mirror(found.lower) }
  return withInterval(metric, value, n, rowCount, interval)
}

function withInterval(
  metric: string,
  value: number | null,
  n: number,
  sampled: number,
  interval: { readonly lower: number; readonly upper: number } | null,
): Figure {
  if (value === null || interval === null) return figure.of(metric, value, n, null)
  const bounds = { lower: Math.min(interval.lower, value), upper: Math.max(interval.upper, value) }
  const reason = sampled < n ? `sampled: the interval is that of ${sampled} of ${n} rows` : null
  return figure.of(metric, value, n, bounds, reason)
}
