import type { MetricValue } from '../../../schemas/metric'
import { severityOf } from './severity-of'

/**
 * The number of a column that is the most times over its limit.
 * @param metrics of one column, over all rows
 * @returns null where none was judged
 */
export function worstMetric(metrics: readonly MetricValue[]): MetricValue | null {
  let worst: { readonly metric: MetricValue; readonly severity: number } | null = null
  for (const metric of metrics) {
    const beside = metrics.filter(({ scope }) => scope === metric.scope)
    const severity = severityOf(metric, beside)
    if (severity !== null && severity > (worst?.severity ?? -1)) worst = { metric, severity }
  }
  return worst?.metric ?? null
}
