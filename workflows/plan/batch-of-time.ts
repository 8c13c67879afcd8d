/** How a job names its batches: job file, `batch:`. */
export interface BatchRule {
  readonly every: 'day' | 'hour'
  /** IANA name. */
  readonly timezone: string
  /** Whole days or hours. */
  readonly lag: number
}

/**
 * The batch that a run scores which is due at `time` and was given none: the day (`2013-07-04`) or hour
 * (`2013-07-04T13`) `lag` before, in the job's zone. Days are counted on the calendar, so a day of 23 or 25 hours is one day;
 * hours are counted on the clock of UTC, so the hour that a zone repeats in autumn has the same name twice.
 * @param time ISO 8601
 */
export function batchOfTime(rule: BatchRule, time: string): string {
  const due = new Date(time)
  if (rule.every === 'hour')
    return localParts(rule.timezone, new Date(due.getTime() - rule.lag * 3_600_000)).hour
  const { day } = localParts(rule.timezone, due)
  const midnight = new Date(`${day}T00:00:00Z`) // calendar arithmetic: the zone is done with
  midnight.setUTCDate(midnight.getUTCDate() - rule.lag)
  return midnight.toISOString().slice(0, 10)
}

function localParts(timeZone: string, time: Date): { day: string; hour: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  const parts = Object.fromEntries(format.formatToParts(time).map((part) => [part.type, part.value]))
  const day = `${parts['year']}-${parts['month']}-${parts['day']}`
  return { day, hour: `${day}T${parts['hour']}` }
}
