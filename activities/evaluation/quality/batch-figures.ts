import type { MetricValue } from '../../../schemas/metric'
import type { RowCounts } from '../../../schemas/run'
import { wilsonInterval } from '../stats/wilson-interval'
import { plainMetric } from './plain-metric'

export interface BatchFacts {
  readonly rows: RowCounts
  /** When the run was planned, and when its newest source file was written, in ms since 1970; null: read from a database. */
  readonly plannedMs: number
  readonly sourceModifiedMs: number | null
  /** From the first shard to the last. */
  readonly scoringMs: number
  /** Milliseconds of one run of the model; null where it never ran. */
  readonly inferenceMs: { readonly p50: number | null; readonly p99: number | null }
}

/**
 * What is told of every batch and judged by gates alone: quarantined_share (of the rows after `where`), duplicate_keys (0: a
 * duplicate ends the run before), source_age_hours (from the newest file's modification to the run's planning), and the speed:
 * rows_per_second (read, from the first shard to the last), inference_ms_p50 and inference_ms_p99 (of one run of the model,
 * within 1 %).
 */
export function batchFigures(facts: BatchFacts): MetricValue[] {
  const { rows, plannedMs, sourceModifiedMs, scoringMs, inferenceMs } = facts
  const kept = rows.scored + rows.quarantined
  const interval = wilsonInterval(rows.quarantined, kept)
  const quality = (metric: string, value: number | null, more: Partial<MetricValue> = {}): MetricValue =>
    plainMetric({ scope: 'quality', metric, value, nCurrent: kept, ...more })
  const speed = (metric: string, value: number | null): MetricValue =>
    plainMetric({ scope: 'speed', metric, value, nCurrent: rows.read })
  return [
    quality('quarantined_share', kept === 0 ? null : rows.quarantined / kept, {
      ciLo: interval?.low ?? null,
      ciHi: interval?.high ?? null,
    }),
    quality('duplicate_keys', 0),
    quality(
      'source_age_hours',
      sourceModifiedMs === null ? null : (plannedMs - sourceModifiedMs) / 3_600_000,
      {
        reason: sourceModifiedMs === null ? 'read from a database when the run was planned' : null,
      },
    ),
    speed('rows_per_second', scoringMs > 0 ? rows.read / (scoringMs / 1_000) : null),
    speed('inference_ms_p50', inferenceMs.p50),
    speed('inference_ms_p99', inferenceMs.p99),
  ]
}
