import type { MetricValue } from '../../../schemas/metric'
import { median } from '../drift/trailing-limits'
import { plainMetric } from './plain-metric'

/** How many times more or fewer rows than usual warn and fail: 1.4 is under 71 % or over 140 %, 1.8 under 56 % or over 180 %. */
const limits = { warnAt: 1.4, failAt: 1.8 }
const formerRunsAtLeast = 7

/**
 * row_count, and row_count_ratio: the rows over the median of the former published batches'. It warns or fails where the
 * ratio, or its inverse, passes the limit and no former batch had so few or so many rows: weekends are no news.
 * @param rows after `where`, quarantined ones too
 * @param former rows of the job's last published batches
 */
export function rowCount(rows: number, former: readonly number[]): MetricValue[] {
  const count = plainMetric({ scope: 'quality', metric: 'row_count', value: rows, nCurrent: rows })
  const usual = former.length === 0 ? 0 : median(former)
  const ratio = {
    scope: 'quality',
    metric: 'row_count_ratio',
    nReference: Math.round(usual),
    nCurrent: rows,
  } as const
  if (former.length < formerRunsAtLeast || usual === 0) {
    const reason = `${former.length} former batches, needed are ${formerRunsAtLeast}`
    return [
      count,
      plainMetric({ ...ratio, value: usual === 0 ? null : rows / usual, verdict: 'skipped', reason }),
    ]
  }
  const value = rows / usual
  const times = Math.max(value, 1 / value)
  const isUnheardOf = rows < Math.min(...former) || rows > Math.max(...former)
  const verdict = !isUnheardOf || times < limits.warnAt ? 'ok' : times < limits.failAt ? 'warn' : 'fail'
  return [count, plainMetric({ ...ratio, value, ...limits, verdict })]
}
