import type { MetricValue } from '../../../schemas/metric'
import type { Figure } from './figure'

/** A rule on one metric. */
export interface AccuracyThreshold {
  readonly metric: string
  /** column=value; null: all rows; left out: all rows and every segment. */
  readonly segment?: string | null
  /**
   * absolute: `warn` and `fail` are values of the metric. relative: they are how much worse than the reference's own figure the
   * metric may be, in its unit, at least 0.
   */
  readonly kind: 'absolute' | 'relative'
  readonly warn: number | null
  readonly fail: number | null
}

/** The same metric and segment of the reference: a MetricValue of its own evaluation. */
export type ReferenceFigure = Pick<MetricValue, 'value' | 'ciLo' | 'ciHi' | 'nCurrent'>

export type Judgement = Pick<MetricValue, 'warnAt' | 'failAt' | 'verdict' | 'reason'>

export interface JudgedBy {
  readonly threshold: AccuracyThreshold | null
  /** Of a relative threshold; null where the reference has none. */
  readonly reference: ReferenceFigure | null
  /** Rows of the batch or segment, and the fewest that are judged. */
  readonly rows: number
  readonly minRows: number
}

/** Normal quantiles of 0.975 (an interval's half width in standard errors) and 0.995 (99 %, as q < .01 of drift). */
const [z95, z99] = [1.959963984540054, 2.5758293035489004]
const lowerIsBetter = new Set('log_loss brier ece mae rmse median_ae mape smape pinball'.split(' '))

/**
 * The verdict on a figure, with the values at which it would warn and fail.
 *
 * warnAt and failAt are values of the metric, of bias and residual quantiles their distance from 0; beyond them is worse. A
 * relative one is the reference's value made worse by the larger of what is allowed and 2.576 standard errors of the
 * difference, sqrt(se reference² + se current²), each from its 95 % interval: worse by more than the rule allows **and** by more
 * than chance explains (p < .01, two-sided).
 *
 * `skipped`, and the reason says why: under `minRows` rows; undefined; without an interval, as a precision of no row predicted
 * 1; a relative threshold whose reference has no such figure. `none` without a threshold. The figure's own reason is kept.
 */
export function judgeFigure(figure: Figure, { threshold, reference, rows, minRows }: JudgedBy): Judgement {
  const reasons = figure.reason === null ? [] : [figure.reason]
  const judgement = (limits: Limits, verdict: MetricValue['verdict'], why?: string): Judgement => {
    const all = why === undefined ? reasons : [why, ...reasons]
    return { ...limits, verdict, reason: all.length === 0 ? null : all.join('; ') }
  }
  const limits = threshold === null ? noLimits : limitsOf(figure, threshold, reference)
  if (rows < minRows)
    return judgement(limits ?? noLimits, 'skipped', `${rows} labelled rows, ${minRows} are judged`)
  if (figure.value === null) return judgement(limits ?? noLimits, 'skipped')
  if (threshold === null) return judgement(noLimits, 'none')
  if (figure.ciLo === null) return judgement(limits ?? noLimits, 'skipped', 'no interval: too few rows')
  if (limits === null) return judgement(noLimits, 'skipped', 'the reference has no such figure')
  const sign = lowerIsBetter.has(figure.metric) || isSigned(figure.metric) ? 1 : -1
  const beyond = (limit: number | null): boolean =>
    limit !== null && sign * (sizeOf(figure.metric, figure.value!) - limit) > 0
  return judgement(limits, beyond(limits.failAt) ? 'fail' : beyond(limits.warnAt) ? 'warn' : 'ok')
}

type Limits = Pick<MetricValue, 'warnAt' | 'failAt'>
const noLimits: Limits = { warnAt: null, failAt: null }

function limitsOf(
  figure: Figure,
  { kind, warn, fail }: AccuracyThreshold,
  reference: ReferenceFigure | null,
): Limits | null {
  if (kind === 'absolute') return { warnAt: warn, failAt: fail }
  const own = reference && standardError(reference)
  if (reference === null || reference.value === null || own === null) return null
  const error = Math.hypot(own, standardError(figure) ?? 0)
  const sign = lowerIsBetter.has(figure.metric) || isSigned(figure.metric) ? 1 : -1
  const from = sizeOf(figure.metric, reference.value)
  const at = (allowed: number | null): number | null =>
    allowed === null ? null : from + sign * Math.max(allowed, z99 * error)
  return { warnAt: at(warn), failAt: at(fail) }
}

function standardError({ ciLo, ciHi }: Pick<Figure, 'ciLo' | 'ciHi'>): number | null {
  return ciLo === null || ciHi === null ? null : (ciHi - ciLo) / 2 / z95
}

/** Best at 0, worse on either side. */
function isSigned(metric: string): boolean {
  return metric === 'bias' || metric.startsWith('residual_')
}

function sizeOf(metric: string, value: number): number {
  return isSigned(metric) ? Math.abs(value) : value
}
