import type { MetricValue } from '../../../schemas/metric'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import type { AccuracyThreshold } from '../accuracy/judge-figure'
import { trailingLimits } from '../drift/trailing-limits'
import { worseWhen } from '../gates/worse-when'

/** What a task is judged by and told by: one figure each of calibration, ranking and decisions. */
export const mainFigures: Readonly<Record<AccuracyTask, readonly string[]>> = {
  binary: ['log_loss', 'brier', 'roc_auc', 'accuracy'],
  multiclass: ['log_loss', 'accuracy'],
  regression: ['mae', 'rmse', 'bias'],
}

/** Limits of the main figures, and why a figure has none. */
export interface MainThresholds {
  readonly thresholds: readonly AccuracyThreshold[]
  readonly missing: ReadonlyMap<string, string>
}

/**
 * Trailing limits of a task's main figures over all rows: median of the job's former batches and 3 (warn) or 6 (fail) times the
 * median absolute deviation, in the direction that is worse; of bias its distance from 0.
 * @param former values of a figure in the job's former batches
 */
export function mainThresholds(
  task: AccuracyTask,
  former: (metric: string) => readonly number[],
): MainThresholds {
  const thresholds: AccuracyThreshold[] = []
  const missing = new Map<string, string>()
  for (const metric of mainFigures[task]) {
    const values = former(metric).map((value) => (metric === 'bias' ? Math.abs(value) : value))
    const limits = trailingLimits(values, {
      metric,
      worse: worseWhen(metric) === 'lower' ? 'lower' : 'higher',
    })
    if (typeof limits === 'string') missing.set(metric, limits)
    else
      thresholds.push({ metric, segment: null, kind: 'absolute', warn: limits.warnAt, fail: limits.failAt })
  }
  return { thresholds, missing }
}

/** Figures that should have been judged and could not be, for want of former batches, are skipped, not without a rule. */
export function withMissingThresholds(
  values: readonly MetricValue[],
  missing: ReadonlyMap<string, string>,
): MetricValue[] {
  return values.map((value) => {
    const why = value.segment === null && value.verdict === 'none' ? missing.get(value.metric) : undefined
    if (why === undefined) return value
    return { ...value, verdict: 'skipped', reason: value.reason === null ? why : `${why}; ${value.reason}` }
  })
}
