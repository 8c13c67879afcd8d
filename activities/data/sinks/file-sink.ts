import type { ShardResult } from '../../../schemas/run'
import type { DuplicateKeys } from './duplicate-keys'

/**
 * A run's predictions as Parquet files in a folder of its own, and the pointer of its batch, which readers follow. What a run holds is
 * told by the ledger; other files in its folder are of attempts that did not commit.
 */
export interface FileSink {
  /** @throws SINK_INVALID where something else is in the pointer's place, SINK_PATH_FAILED, S3_* */
  prepare(): Promise<void>
  /** Whether the run's folder is there. */
  exists(): Promise<boolean>
  /** @throws STORE_CORRUPT where a committed file is missing or of another size */
  check(results: readonly ShardResult[]): Promise<void>
  /** Keys that are in the committed files more than once; null where each is there once. */
  duplicateKeys(results: readonly ShardResult[]): Promise<DuplicateKeys | null>
  /** Puts the run in the batch's place: removes what is not committed, writes the manifest, replaces the pointer. */
  publish(results: readonly ShardResult[]): Promise<void>
  /** Puts a run that was published before in the batch's place again. @throws STORE_CORRUPT where a file of it is missing */
  republish(results: readonly ShardResult[]): Promise<void>
  /**
   * Takes the batch's place back from this run, where it has it, for the run that should have it; null: for none. Then removes the
   * run's files unless `keep`.
   */
  withdraw(visibleRun: string | null, keep: boolean): Promise<void>
  /** Whether the batch's pointer names this run. */
  isLinked(): Promise<boolean>
  /** What the run's files take; 0 where there are none. */
  sizeBytes(): Promise<number>
}
