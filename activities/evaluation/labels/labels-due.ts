import { durationMs } from '../../../schemas/duration'

const dateKey = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2})(?::00)?)?$/

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
  const [, year, month, day, hour] = dateKey.exec(batch) ?? []
  if (year === undefined) return null
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0))
  if (new Date(wall).getUTCDate() !== Number(day)) return null
  // the next midnight on the calendar: a day of 23 or 25 hours is one day
  return hour === undefined
    ? instantOf(wall + 86_400_000, timezone)
    : new Date(instantOf(wall, timezone).getTime() + 3_600_000)
}

/** The instant at which a zone's clocks show `wall` (as if it were UTC); of two the first, of none the one as far after the gap. */
function instantOf(wall: number, timezone: string): Date {
  const before = wall - offsetAt(wall - 86_400_000, timezone)
  const after = wall - offsetAt(wall + 86_400_000, timezone)
  return new Date(shows(before, wall, timezone) || !shows(after, wall, timezone) ? before : after)
}

const shows = (instant: number, wall: number, timezone: string): boolean =>
  instant + offsetAt(instant, timezone) === wall

/** What a zone's clocks are ahead of UTC, in milliseconds. */
function offsetAt(instant: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.trunc(instant / 1000) * 1000
}
