import { NightscoreError } from '../../../schemas/errors'
import { duckdbError } from '../duckdb-error'
import { quotePath } from '../sandbox'
import type { SourceFile, SourceScope } from '../source'
import { checkUnchanged, unreadable } from '../source-file'
import { stage } from '../staging'

/** Below it a row group is decoded in less time than a shard takes otherwise. */
const largeGroupRows = 1_000_000

/**
 * Shards that a row group may be cut into. Each decodes it from its start, so that the last costs as much as all of them: at 25
 * (5 M rows of 17 columns) that took 7.5 s of the threads' time, writing the rows once in usual row groups 3.0 s; at 14 as much.
 */
const shardsAtMost = 12

/** Whether a file has a row group that is better written anew than read by many shards. Pure. */
export function hasLargeGroup(rowGroups: readonly number[], shardRows: number): boolean {
  return rowGroups.some((rows) => rows > Math.max(largeGroupRows, shardsAtMost * shardRows))
}

/**
 * The same rows in the same order, staged in row groups of the usual size, hive folder names as columns.
 * @throws SOURCE_CHANGED where the file is not the one described, SOURCE_FILE_UNREADABLE
 */
export async function restage(file: SourceFile, scope: SourceScope): Promise<SourceFile> {
  const staged = await stage(scope, scope.roots, async (staging) => {
    try {
      const from = `read_parquet(${quotePath(file.path)}, hive_partitioning = true, hive_types_autocast = false)`
      return [await staging.write(`FROM ${from}`)]
    } catch (cause) {
      scope.signal.throwIfAborted()
      throw cause instanceof NightscoreError
        ? cause
        : unreadable(file.path, duckdbError(cause).message, cause)
    }
  })
  await checkUnchanged(file)
  return staged[0]!
}
