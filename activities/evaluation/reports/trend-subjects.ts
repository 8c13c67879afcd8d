import type { MetricValue } from '../../../schemas/metric'
import type { ReportColumn, ReportTrend } from '../../../schemas/report'
import { worstMetric } from './worst-metric'

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
  const own = metrics.filter(({ scope }) => scope !== 'skew')
  const chosen = worstMetric(own) ?? own.find(({ metric }) => metric === 'psi')
  return chosen === undefined ? [] : [{ scope: chosen.scope, metric: chosen.metric, column: chosen.column }]
}
