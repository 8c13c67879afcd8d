import type { MetricScope, MetricValue } from '../../../schemas/metric'
import { fixedLimits, type FixedLimits } from './fixed-limits'
import { trailingLimits } from './trailing-limits'

/** From where on a number warns and fails: absolute, or trailing the values of former runs. */
export type Limits = FixedLimits | 'trailing'

/** Limits of a metric, or of it in one column only; null: shown, and not judged. */
export interface ThresholdRule {
  readonly metric: string
  /** Without it the rule is for all scopes. */
  readonly scope?: MetricScope
  /** A column's name; without it the rule is for all columns. */
  readonly column?: string
  readonly limits: Limits | null
}

/** What a number is. */
export type Subject = Pick<MetricValue, 'scope' | 'metric' | 'column' | 'segment'>

/** The values of one number in the job's former published runs; none where there are none. */
export type FormerValues = (subject: Subject) => readonly number[]

/** What a number is judged by. */
export interface Threshold {
  readonly warnAt: number
  readonly failAt: number
  /** Absolute limits are of the effect (of a rate: its difference to the reference), trailing ones of the value itself. */
  readonly of: 'effect' | 'value'
}

export interface ThresholdOptions {
  readonly rules?: readonly ThresholdRule[]
  readonly history?: FormerValues
}

/**
 * The threshold of a number: the last rule for its metric and column, else the last for its metric, else the default.
 * Trailing: see trailingLimits.
 * @returns null where no rule judges the metric; a reason where there are under 14 former values
 */
export function thresholdFor(
  subject: Subject,
  { rules = [], history = () => [] }: ThresholdOptions,
): Threshold | string | null {
  const { scope, metric, column } = subject
  const ofMetric = rules.filter(
    (rule) => rule.metric === metric && (rule.scope === undefined || rule.scope === scope),
  )
  const own = ofMetric.findLast((rule) => rule.column !== undefined && rule.column === column)
  const general = ofMetric.findLast((rule) => rule.column === undefined)
  const rule = own ?? general
  const limits = rule === undefined ? fixedLimits.get(metric) : rule.limits
  if (limits === undefined || limits === null) return null
  if (limits === 'trailing') {
    const found = trailingLimits(history(subject), { metric })
    return typeof found === 'string' ? found : { ...found, of: 'value' }
  }
  return { ...limits, of: 'effect' }
}
