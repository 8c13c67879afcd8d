import type { ShardTimings } from '../../../schemas/run'
import type { ReportSpeed } from '../../../schemas/report'

/** When a run came where; null until it did. */
export interface RunTimes {
  readonly openedAt: Date
  readonly plannedAt: Date | null
  readonly scoredAt: Date | null
  readonly checkedAt: Date | null
  readonly publishedAt: Date | null
}

/** Milliseconds of one run of the model; null where none is known. */
export interface InferenceTimes {
  readonly p50: number | null
  readonly p99: number | null
}

/** How fast a run was, from its times and those of its shards. */
export function speedOf(
  times: RunTimes,
  rowsRead: number,
  shards: readonly Partial<ShardTimings>[],
  inference: InferenceTimes,
): ReportSpeed {
  const { openedAt, plannedAt, scoredAt, checkedAt, publishedAt } = times
  const seconds = (from: Date | null, to: Date | null): number | null =>
    from === null || to === null ? null : (to.getTime() - from.getTime()) / 1_000
  const score = seconds(plannedAt, scoredAt)
  const total = (part: keyof ReportSpeed['threads']): number =>
    shards.reduce((sum, timings) => sum + (timings[part] ?? 0), 0)
  return {
    rowsPerSecond: score === null || score <= 0 ? 0 : rowsRead / score,
    inferenceMsP50: inference.p50,
    inferenceMsP99: inference.p99,
    phases: {
      plan: seconds(openedAt, plannedAt),
      score,
      check: seconds(scoredAt, checkedAt),
      publish: seconds(checkedAt, publishedAt),
    },
    threads: {
      readMs: total('readMs'),
      encodeMs: total('encodeMs'),
      profileMs: total('profileMs'),
      inferMs: total('inferMs'),
      writeMs: total('writeMs'),
      shadowMs: total('shadowMs'),
    },
    shards: shards.length,
  }
}
