import { offsetAt } from './zone-time'

/** How a job names its batches: job file, `batch:`. */
export interface BatchRule {
  readonly every: 'day' | 'hour'
  /** IANA name. */
  readonly timezone: string
  /** Whole days or hours. */
  readonly lag: number
}

const hourMs = 3_600_000

/**
 * The batch that a run scores which is due at `time` and was given none: the day (`2013-07-04`) or hour
 * (`2013-07-04T13`) `lag` before, in the job's zone. Days are counted on the calendar, so a day of 23 or 25 hours is one day;
 * hours are counted on the clock of UTC.
 * @param time ISO 8601
 */
export function batchOfTime(rule: BatchRule, time: string): string {
  const due = new Date(time).getTime()
  if (rule.every === 'hour') return hourKey(due - rule.lag * hourMs, rule.timezone)
  const today = new Date(`${localHour(due, rule.timezone).slice(0, 10)}T00:00:00Z`) // calendar arithmetic: the zone is done with
  today.setUTCDate(today.getUTCDate() - rule.lag)
  return today.toISOString().slice(0, 10)
}

/**
 * The hour that an instant falls into, in a zone. Of an hour that the clocks show twice the second has its offset in its name,
 * or it would replace the first: `2013-11-03T01`, then `2013-11-03T01-0500`. By their keys they stand in order of time.
 */
export function hourKey(instant: number, timezone: string): string {
  if (Number.isNaN(instant)) return ''
  const hour = localHour(instant, timezone)
  return hour === localHour(instant - hourMs, timezone) ? hour + offsetText(instant, timezone) : hour
}

function localHour(instant: number, timezone: string): string {
  return new Date(instant + offsetAt(instant, timezone)).toISOString().slice(0, 13)
}

function offsetText(instant: number, timezone: string): string {
  const minutes = Math.round(offsetAt(instant, timezone) / 60_000)
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}${two(Math.abs(minutes) % 60)}`
}
