/**
 * What a metric is about. feature, prediction, label: drift against the reference; skew: features against the model package's
 * own reference; estimate: accuracy expected before labels come.
 */
export type MetricScope =
  'feature' | 'prediction' | 'label' | 'quality' | 'skew' | 'accuracy' | 'estimate' | 'speed'

/** Version of the definitions in docs/metrics.md: numbers of different versions are not compared. */
export const metricSpecVersion = 1

/**
 * ok, warn, fail: the rule's answer. skipped: there was too little to judge, the reason says what. error: the number could not
 * be computed. none: no rule judges it.
 */
export type Verdict = 'ok' | 'warn' | 'fail' | 'skipped' | 'error' | 'none'

/** One number with all that it rests on: a row of metric_value. Shares and rates are 0 to 1. */
export interface MetricValue {
  readonly scope: MetricScope
  /** A feature, a prediction column, the label; null: the batch as a whole. */
  readonly column: string | null
  /** column=value of a segment; null: all rows. */
  readonly segment: string | null
  /** Its name, such as psi or roc_auc. */
  readonly metric: string
  /** null: undefined for these rows; the reason says why. */
  readonly value: number | null
  /** The test statistic that pValue belongs to. */
  readonly statistic: number | null
  readonly pValue: number | null
  /** The p value of the column's own test (bins: chi-square; a rate: two proportions), adjusted over all of the run and scope. */
  readonly qValue: number | null
  /** 95 % interval. */
  readonly ciLo: number | null
  readonly ciHi: number | null
  readonly nReference: number | null
  readonly nCurrent: number
  readonly warnAt: number | null
  readonly failAt: number | null
  readonly verdict: Verdict
  /** Why it is skipped or in error, or that it is sampled or estimated; null otherwise. */
  readonly reason: string | null
}

/** What a gate, or all of them together, says. */
export type GateAction = 'ok' | 'warn' | 'hold' | 'fail' | 'skipped'

/** What one gate of the job said to one number: a row of gate_result. */
export interface GateResult {
  /** Its place in the job file, from 1. */
  readonly gateNo: number
  readonly scope: MetricScope
  readonly column: string | null
  readonly segment: string | null
  readonly metric: string
  /** What was compared with the limit. */
  readonly value: number | null
  /** The limit that decided; of ok the nearest one. */
  readonly limitAt: number | null
  readonly action: GateAction
  readonly reason: string | null
}
