import { hourKey, type BatchRule } from './batch-of-time'
import { instantOf } from './zone-time'

const [hourMs, dayMs] = [3_600_000, 86_400_000]

/** Keys in order of time, made when they are asked for: an hour's takes a tenth of a millisecond, years have tens of thousands. */
export interface BatchRange {
  readonly length: number
  /** The key at a place, counted from 0. */
  at(place: number): string
}

/**
 * The batches from one to another, both included: days of the calendar, or the hours that the zone has: not the one that is missing
 * in spring, both of those that autumn shows twice.
 * @returns an empty range where `to` is before `from`; null where one of them is no batch of the rule
 */
export function batchRange(
  { every, timezone }: Pick<BatchRule, 'every' | 'timezone'>,
  from: string,
  to: string,
): BatchRange | null {
  const key = every === 'day' ? dayKey : (instant: number) => hourKey(instant, timezone)
  const start = every === 'day' ? dayStart : (text: string) => hourStart(text, timezone)
  const [first, last] = [start(from), start(to)]
  if (key(first) !== from || key(last) !== to) return null
  const step = every === 'day' ? dayMs : hourMs
  return {
    length: Math.max(0, Math.floor((last - first) / step) + 1),
    at: (place) => key(first + place * step),
  }
}

/** The keys of a batchRange, all of them. */
export function batchesBetween(...given: Parameters<typeof batchRange>): string[] | null {
  const range = batchRange(...given)
  return range && Array.from({ length: range.length }, (_, place) => range.at(place))
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
