import type { Column } from '../../../schemas/column'
import type { ShardResult } from '../../../schemas/run'
import type { Waiting } from './writer-slots'

/** What a sink needs to know of the run that writes into it. */
export interface SinkRun {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly revision: number
  readonly modelVersion: number
  /** Key columns: not null, part of the primary key. */
  readonly keys: readonly Column[]
  readonly carry: readonly Column[]
  readonly predictions: readonly Column[]
}

/** One shard's transaction in the database that holds the predictions. Exactly one of commit and rollback ends it. */
export interface ShardTransaction {
  /** Appends binary COPY bytes (no header, no trailer: whole tuples are not needed at the cuts). Resolves when more may come. */
  write(bytes: Uint8Array): Promise<void>
  /**
   * Ends the COPY, inserts the nightscore_commit row and commits, where the run is still scoring (else RUN_STATE).
   * Where another attempt committed this shard first, rolls back and returns that attempt's result.
   * @param profile what the shard's rows look like, kept beside the result; none where the shard was not profiled
   */
  commit(result: ShardResult, profile?: Uint8Array | null): Promise<ShardResult>
  rollback(): Promise<void>
}

/** How a run stands in the sink. */
export interface RunStanding {
  /** Whether it ever was the batch's visible one. */
  readonly wasPublished: boolean
  readonly isVisible: boolean
  /** No run can make it visible again: its predictions are being dropped, or it never came so far. */
  readonly isClosed: boolean
  /** When its state last changed; of a published run: when it last became visible. */
  readonly changedAt: Date
  /** What its table and files take. */
  readonly bytes: number
}

/**
 * The place where a run's predictions become durable and then visible. The ledger (nightscore_run, nightscore_commit)
 * lives in the database that holds the predictions; for a job with a Parquet sink alone, in the control database.
 * Every method may be repeated after it succeeded, and after it failed half-way.
 */
export interface RunSink {
  /** Creates <sink>_all, <sink>_published, the views and the run's own keyless table; the fence row in state scoring. */
  prepare(): Promise<void>
  /** Opens the fence again for a resumed run. */
  reopen(): Promise<void>
  /** The highest revision that the sink holds of this batch, 0 where none. */
  latestRevision(): Promise<number>
  committedShard(shardNo: number): Promise<ShardResult | null>
  committedShards(): Promise<readonly ShardResult[]>
  /** The committed shards' profiles in shard order, a few shards at a time; those without one are left out. */
  committedProfiles(): AsyncGenerator<readonly Uint8Array[], void, undefined>
  /** To be called when there is something to write: where the sink's writers are limited it waits for a place. */
  beginShard(shardNo: number, waiting: Waiting): Promise<ShardTransaction>
  /**
   * Closes the fence (no shard commits any more), checks that exactly shards 0..shardCount-1 are committed
   * (RUN_SHARD_MISSING), builds the primary key (DUPLICATE_KEYS with ten examples), the CHECKs and constraints for ATTACH.
   * Returns the rows in the table.
   */
  check(shardCount: number): Promise<{ readonly rows: number }>
  /** Makes this run the batch's visible one: Parquet first, then, in Postgres, ATTACH and after it the pointer. */
  publish(): Promise<void>
  /**
   * Makes a run that was published before the batch's visible one again, as publish does it. Where it is that already, the files
   * are made to agree.
   * @param from the run that is visible now
   * @throws NightscoreError REVISION_GONE where its predictions were dropped; RUN_STATE where it was never published, or another run
   *   than `from` became visible meanwhile
   */
  republish(from: string): Promise<void>
  /**
   * Closes the fence for good; drops the run's table and files unless `keep` (a failed run can be resumed). Returns false for
   * a run that is published: it stays.
   */
  close(options: { readonly keep: boolean }): Promise<boolean>
  /**
   * Drops the shards' profiles of these runs of the sink, whoever this run is; a dry run counts.
   * @returns the shards that had one, and their bytes
   */
  forgetProfiles(
    runIds: readonly string[],
    dryRun: boolean,
  ): Promise<{ readonly count: number; readonly bytes: number }>
  /** null: the run never entered the sink. */
  standing(): Promise<RunStanding | null>
  /**
   * Drops what is there of a run that is closed, or that was published and is not visible any more: commits, files, the table;
   * a partition under no lock that a reader waits for, and only once no reader can see it. Goes on where it was interrupted.
   * @returns the bytes freed; null for a run that stays, since it is visible or under way
   * @throws NightscoreError SINK_BUSY where readers stay too long: nothing that they see is gone
   */
  discard(): Promise<number | null>
}
