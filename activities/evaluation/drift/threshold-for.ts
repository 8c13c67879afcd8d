/** From where on a number warns and fails: absolute, or trailing the values of former runs. */
export type Limits = { readonly warnAt: number; readonly failAt: number } | 'trailing'

/** Limits of a metric, or of it in one column only. */
export interface ThresholdRule {
  readonly metric: string
  /** A column's name; without it the rule is for all columns. */
  readonly column?: string
  readonly limits: Limits
}

/** The values of one metric in the job's former published runs. */
export interface FormerValues {
  readonly metric: string
  readonly column: string | null
  readonly segment: string | null
  readonly values: readonly number[]
}

/** What a number is judged by. */
export interface Threshold {
  readonly warnAt: number
  readonly failAt: number
  /** Absolute limits are of the effect (of a rate: its difference to the reference), trailing ones of the value itself. */
  readonly of: 'effect' | 'value'
}

export interface ThresholdOptions {
  readonly rules?: readonly ThresholdRule[]
  readonly history?: readonly FormerValues[]
}

interface Subject {
  readonly metric: string
  readonly column: string | null
  readonly segment: string | null
}

const rate = { warnAt: 0.01, failAt: 0.05 }
const defaults: ReadonlyMap<string, Limits> = new Map([
  ['psi', { warnAt: 0.1, failAt: 0.25 }],
  ['js_distance', { warnAt: 0.1, failAt: 0.2 }],
  ['ks', { warnAt: 0.1, failAt: 0.2 }],
  ['wasserstein', { warnAt: 0.2, failAt: 0.4 }],
  ['triangular', { warnAt: 0.1, failAt: 0.2 }],
  ['missing_rate', rate],
  ['unseen_rate', rate],
  ['out_of_range_rate', rate],
  ['nan_rate', rate],
  ['infinite_rate', rate],
])

const formerRunsAtLeast = 14

/**
 * The threshold of a number: the last rule for its metric and column, else the last for its metric, else the default.
 * Trailing: above the median of the former values + 3 (warn) or 6 (fail) times their median absolute deviation, not scaled.
 * @returns null where no rule judges the metric; a reason where there are under 14 former values
 */
export function thresholdFor(
  { metric, column, segment }: Subject,
  { rules = [], history = [] }: ThresholdOptions,
): Threshold | string | null {
  const ofMetric = rules.filter((rule) => rule.metric === metric)
  const own = ofMetric.findLast((rule) => rule.column !== undefined && rule.column === column)
  const general = ofMetric.findLast((rule) => rule.column === undefined)
  const limits = own?.limits ?? general?.limits ?? defaults.get(metric)
  if (limits === undefined) return null
  if (limits !== 'trailing') return { ...limits, of: 'effect' }
  const former = history.find(
    (one) => one.metric === metric && one.column === column && one.segment === segment,
  )
  return trailing(former?.values ?? [])
}

function trailing(values: readonly number[]): Threshold | string {
  if (values.length < formerRunsAtLeast)
    return `${values.length} former values, needed are ${formerRunsAtLeast}`
  const centre = median(values)
  const deviation = median(values.map((value) => Math.abs(value - centre)))
  return { warnAt: centre + 3 * deviation, failAt: centre + 6 * deviation, of: 'value' }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
