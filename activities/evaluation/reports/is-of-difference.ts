import type { MetricValue } from '../../../schemas/metric'
import { fixedLimits } from '../drift/fixed-limits'

/** Whether a rate was judged by its difference to the reference's, as fixed limits do, not by itself, as trailing ones do. */
export function isOfDifference({ metric, warnAt, failAt }: MetricValue): boolean {
  const fixed = fixedLimits.get(metric)
  return metric.endsWith('_rate') && fixed?.warnAt === warnAt && fixed.failAt === failAt
}
