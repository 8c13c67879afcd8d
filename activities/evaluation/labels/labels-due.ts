import { dateKey } from '../../../schemas/batch-key'
import { durationMs } from '../../../schemas/duration'
import { instantOf } from '../../../workflows/plan/zone-time'

/**
 * When a batch's labels are due: `maturity` after the end of its day or hour in the job's zone. A batch whose key is no day or
 * hour ends when it was published.
 * @param maturity such as 1d, 12h or 30m; a day is 24 hours
 * @example labelsDue('2013-07-04', { timezone: 'America/New_York', maturity: '1d', publishedAt }) // 2013-07-06T04:00:00Z
 */
export function labelsDue(
  batch: string,
  { timezone, maturity, publishedAt }: { timezone: string; maturity: string; publishedAt: Date },
): Date {
  const end = batchEnd(batch, timezone) ?? publishedAt
  return new Date(end.getTime() + durationMs(maturity))
}

function batchEnd(batch: string, timezone: string): Date | null {
  const [, year, month, day, hour, offset] = dateKey.exec(batch) ?? []
  if (year === undefined) return null
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0))
  if (new Date(wall).getUTCDate() !== Number(day)) return null
  // the next midnight on the calendar: a day of 23 or 25 hours is one day
  if (hour === undefined) return new Date(instantOf(wall + 86_400_000, timezone))
  const repeated = offset === undefined ? 0 : 3_600_000
  return new Date(instantOf(wall, timezone) + repeated + 3_600_000)
}
