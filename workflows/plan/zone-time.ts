/** Making a format takes 30 times as long as using it; a backfill asks for every hour of years. */
const formats = new Map<string, Intl.DateTimeFormat>()

/** What a zone's clocks are ahead of UTC at an instant, in milliseconds. @param timeZone IANA name */
export function offsetAt(instant: number, timeZone: string): number {
  const format = formats.get(timeZone) ?? clockFormat(timeZone)
  formats.set(timeZone, format)
  const parts = Object.fromEntries(
    format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
}

const clockFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })

/**
 * The instant at which a zone's clocks show `wall`; of two the first, of none the one as far after the gap.
 * @param wall milliseconds as if the clocks were UTC
 */
export function instantOf(wall: number, timeZone: string): number {
  const before = wall - offsetAt(wall - 86_400_000, timeZone)
  const after = wall - offsetAt(wall + 86_400_000, timeZone)
  return shows(before, wall, timeZone) || !shows(after, wall, timeZone) ? before : after
}

const shows = (instant: number, wall: number, timeZone: string): boolean =>
  instant + offsetAt(instant, timeZone) === wall
