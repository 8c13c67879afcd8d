import type { MetricValue } from '../../../schemas/metric'
import { worseWhen } from '../gates/worse-when'
import { isOfDifference } from './is-of-difference'

const most = 999
const least = 1e-9

/**
 * How many times its fail limit a number is: 1 at the limit, 0 where nothing differs, at most 999: the one scale that all of a
 * report is ordered by. Without a fail limit the warn limit counts half.
 *
 * Of a rate its difference to the reference counts where that was judged; of row_count_ratio how far it is from 1 in
 * logarithms, so that half and double are alike; of a figure that is best at 1 (roc_auc) what it lacks to 1; of others that are
 * worse when lower (rows_per_second) the limit over the number.
 * @param beside numbers of the same column, scope and segment, among them a rate's difference to the reference
 * @returns null where nothing judged it, or it has no value
 */
export function severityOf(metric: MetricValue, beside: readonly MetricValue[] = []): number | null {
  const { value, verdict, failAt, warnAt } = metric
  if (!['ok', 'warn', 'fail'].includes(verdict) || value === null) return null
  if (failAt === null && warnAt === null) return null
  if (failAt === null && warnAt! <= 0) return verdict === 'ok' ? 0 : 0.5 // any at all warns
  return Math.min(most, failAt === null ? times(metric, warnAt!, beside) / 2 : times(metric, failAt, beside))
}

function times(of: MetricValue, limit: number, beside: readonly MetricValue[]): number {
  const { metric, value, scope } = of
  const size = Math.abs(value!)
  if (metric === 'row_count_ratio') return farFromOne(size) / farFromOne(limit)
  if (worseWhen(metric) === 'lower')
    return scope === 'speed'
      ? limit / Math.max(size, least)
      : Math.max(0, 1 - value!) / Math.max(1 - limit, least)
  const difference = isOfDifference(of)
    ? beside.find((one) => one.metric === `${metric}_difference`)
    : undefined
  return Math.abs(difference?.value ?? size) / Math.max(Math.abs(limit), least)
}

function farFromOne(ratio: number): number {
  return Math.max(least, Math.abs(Math.log(Math.max(ratio, least))))
}
