import { hourKey, type BatchRule } from './batch-of-time'
import { instantOf } from './zone-time'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

/**
 * The keys of all batches from one to another, both included, in order of time: days of the calendar, or the hours that the zone
 * has: not the one that is missing in spring, both of those that autumn shows twice.
 * @returns empty where `to` is before `from`; null where one of them is no batch of the rule
 */
export function batchesBetween(
  { every, timezone }: Pick<BatchRule, 'every' | 'timezone'>,
  from: string,
  to: string,
): string[] | null {
  const key = every === 'day' ? dayKey : (instant: number) => hourKey(instant, timezone)
  const start = every === 'day' ? dayStart : (text: string) => hourStart(text, timezone)
  const [first, last] = [start(from), start(to)]
  if (key(first) !== from || key(last) !== to) return null
  const keys: string[] = []
  for (let at = first; at <= last; at += every === 'day' ? dayMs : hourMs) keys.push(key(at))
  return keys
}

const dayStart = (text: string): number => Date.parse(`${text}T00:00:00Z`)
const dayKey = (instant: number): string =>
  Number.isNaN(instant) ? '' : new Date(instant).toISOString().slice(0, 10)

/** When the hour of that name begins; NaN where it is none. A name with an offset is an hour that is shown for the second time. */
function hourStart(text: string, timezone: string): number {
  const wall = Date.parse(`${text.slice(0, 13)}:00:00Z`)
  if (Number.isNaN(wall)) return NaN
  return instantOf(wall, timezone) + (text.length > 13 ? hourMs : 0)
}
