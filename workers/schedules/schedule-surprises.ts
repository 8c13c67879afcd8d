import type { JobFile } from '../../schemas/job-file'
import { batchOfTime } from '../../workflows/plan/batch-of-time'
import { batchesBetween } from '../../workflows/plan/batches-between'

/** More exceptions than this in a year are no exceptions: the cron line means it so. */
const fewDays = 4

/** Days on which a nightly schedule does not do what it does on all others. */
export interface ScheduleSurprises {
  /** Batches that no start would score. */
  readonly missing: readonly string[]
  /** Batches that two starts would score: the second replaces the first. */
  readonly twice: readonly string[]
}

/**
 * Where clocks are put on, a time of the day is missing once a year, and Temporal starts nothing then; where they are put back,
 * one comes twice. Found by asking the server for the times of a year.
 * @param times when the schedule starts its action, ISO 8601, ascending
 */
export function scheduleSurprises(
  { batch }: Pick<JobFile, 'batch'>,
  times: readonly string[],
): ScheduleSurprises {
  const none = { missing: [], twice: [] }
  if (batch.every !== 'day') return none // an hour is started in the hour after, whatever the clocks show
  const batches = times.map((time) => batchOfTime(batch, time))
  const [first, last] = [batches[0], batches.at(-1)]
  if (first === undefined || last === undefined) return none
  const started = new Set(batches)
  const missing = (batchesBetween(batch, first, last) ?? []).filter((key) => !started.has(key))
  const twice = [...started].filter((key) => batches.filter((one) => one === key).length > 1)
  return {
    missing: missing.length <= fewDays ? missing : [],
    twice: twice.length <= fewDays ? twice : [],
  }
}

/** What to tell about them; nothing where all is regular. */
export function surpriseLines({ missing, twice }: ScheduleSurprises): string[] {
  return [
    ...(missing.length === 0
      ? []
      : [
          `No run will start for ${missing.join(', ')}: the clocks skip that time. Choose another hour for schedule.cron, or score it by hand.`,
        ]),
    ...(twice.length === 0
      ? []
      : [
          `Two runs will start for ${twice.join(', ')}, since the clocks show that time twice; the second replaces the first.`,
        ]),
  ]
}
