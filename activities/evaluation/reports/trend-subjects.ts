import type { MetricValue } from '../../../schemas/metric'
import type { ReportColumn, ReportTrend } from '../../../schemas/report'
import { severityOf } from './severity-of'

/** A number whose course over the last batches is shown. */
export type TrendSubject = Pick<ReportTrend, 'scope' | 'metric' | 'column'>

const mainFigures = ['roc_auc', 'log_loss', 'accuracy', 'mae', 'rmse', 'r2']
const [figuresAtMost, predictionsAtMost, featuresAtMost] = [2, 2, 3]

/**
 * What is worth following: rows, the predictions' and the worst features' worst number, the label's, two figures of accuracy,
 * speed. At most a dozen.
 * @param columns worst first
 */
export function trendSubjects(
  columns: readonly ReportColumn[],
  metrics: readonly MetricValue[],
): TrendSubject[] {
  const has = (scope: MetricValue['scope'], metric: string): TrendSubject[] =>
    metrics.some(
      (one) => one.scope === scope && one.metric === metric && one.column === null && one.segment === null,
    )
      ? [{ scope, metric, column: null }]
      : []
  const ofColumns = (scope: ReportColumn['scope'], most: number): TrendSubject[] =>
    columns
      .filter((column) => column.scope === scope)
      .slice(0, most)
      .flatMap((column) => worstOf(column))
  return [
    ...has('quality', 'row_count_ratio'),
    ...ofColumns('prediction', predictionsAtMost),
    ...mainFigures.flatMap((metric) => has('accuracy', metric)).slice(0, figuresAtMost),
    ...ofColumns('label', 1),
    ...ofColumns('feature', featuresAtMost),
    ...has('speed', 'rows_per_second'),
    ...has('speed', 'inference_ms_p99'),
  ]
}

/** The column's worst judged number, else its psi. */
function worstOf({ metrics }: ReportColumn): TrendSubject[] {
  const judged = metrics
    .filter(({ scope }) => scope !== 'skew')
    .map((metric) => ({ metric, severity: severityOf(metric, metrics) ?? -1 }))
    .sort((a, b) => b.severity - a.severity)[0]
  const chosen =
    judged !== undefined && judged.severity >= 0
      ? judged.metric
      : metrics.find(({ metric, scope }) => metric === 'psi' && scope !== 'skew')
  return chosen === undefined ? [] : [{ scope: chosen.scope, metric: chosen.metric, column: chosen.column }]
}
