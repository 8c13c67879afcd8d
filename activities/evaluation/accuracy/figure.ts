import { lossMoments, type LossMoments } from '../stats/loss-moments'
import { meanInterval } from '../stats/mean-interval'
import { wilsonInterval } from '../stats/wilson-interval'

/** A metric's value over some labelled rows, before any rule judges it. */
export interface Figure {
  readonly metric: string
  /** null: undefined for these rows; the reason says why. */
  readonly value: number | null
  /** 95 % interval; null where the rows are too few for one. */
  readonly ciLo: number | null
  readonly ciHi: number | null
  /** Rows it rests on: of a rate its denominator, such as the rows predicted positive of precision. */
  readonly n: number
  /** Why it is undefined or 0 by convention, or that its interval is sampled; null otherwise. */
  readonly reason: string | null
}

interface Bounds {
  readonly lower: number
  readonly upper: number
}

/**
 * Makers of figures.
 * - `rate(metric, count, n, whatIsMissing)`: count / n with Wilson's interval; without rows 0 (scikit-learn's zero_division=0),
 *   without interval, and the reason says `whatIsMissing`.
 * - `mean(metric, moments)`: of a loss, with its analytic interval.
 * - `of(metric, value, n, bounds, reason)`: any other; bounds null where there is no interval.
 * - `missing(metric, n, reason)`: undefined for these rows.
 */
export const figure = { rate, mean, of, missing }

function rate(metric: string, count: number, n: number, whatIsMissing: string): Figure {
  const interval = wilsonInterval(count, n)
  if (interval === null)
    return of(metric, 0, 0, null, whatIsMissing === '' ? null : `${whatIsMissing}: 0 by convention`)
  return of(metric, count / n, n, { lower: interval.low, upper: interval.high })
}

function mean(metric: string, moments: LossMoments): Figure {
  return of(metric, lossMoments.mean(moments), moments.n, meanInterval(moments))
}

function of(
  metric: string,
  value: number | null,
  n: number,
  bounds: Bounds | null,
  reason: string | null = null,
): Figure {
  return { metric, value, ciLo: bounds?.lower ?? null, ciHi: bounds?.upper ?? null, n, reason }
}

function missing(metric: string, n: number, reason: string): Figure {
  return of(metric, null, n, null, reason)
}
