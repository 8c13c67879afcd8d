import type { RowCounts, ShardResult, SinkFile } from '../../../schemas/run'
import type { SinkRun } from './sink'

/** What a published run's files are. */
export interface RunManifest {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly revision: number
  readonly modelVersion: number
  readonly rows: RowCounts
  /** In shard order. */
  readonly files: readonly SinkFile[]
}

export function runManifest(run: SinkRun, results: readonly ShardResult[]): RunManifest {
  const { runId, job, batch, revision, modelVersion } = run
  const total = (count: keyof RowCounts): number => results.reduce((sum, result) => sum + result[count], 0)
  return {
    runId,
    job,
    batch,
    revision,
    modelVersion,
    rows: {
      read: total('read'),
      scored: total('scored'),
      quarantined: total('quarantined'),
      filtered: total('filtered'),
    },
    files: filesOf(results),
  }
}

/** The files of committed shards, in shard order. */
export function filesOf(results: readonly ShardResult[]): readonly SinkFile[] {
  return results.flatMap((result) => (result.file ? [result.file] : []))
}
