import type { Column } from '../../schemas/column'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import type { QuarantinedRow, ShardResult } from '../../schemas/run'
import type { PlannedFeature, ScanPlan } from '../data/scan-plan'
import type { SourceFile } from '../data/source'
import type { ProfileTask } from '../evaluation/columns/profile-pass'

/** A model as a thread gets it: the bytes are shared between threads, never copied. */
export interface ThreadModel {
  /** sha256 of model.onnx: the key of each thread's session cache. */
  readonly sha256: string
  readonly bytes: SharedArrayBuffer
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
}

/** Where the Parquet sink's part of a shard goes; the attempt's file has a name of its own. */
export interface ParquetTarget {
  /** Absolute folder, existing: <out>.runs/<runId>, or a run's pairs. */
  readonly folder: string
  readonly compression: 'zstd' | 'snappy'
  readonly version: 'v1' | 'v2'
  /** Columns with one value for the whole run, in order: batch, revision, model_version, run_id; null: the file has none. */
  readonly constants: {
    readonly batch: string
    readonly revision: number
    readonly modelVersion: number
    readonly runId: string
  } | null
}

/** A second model that scores the same rows: compared with the first, never published. */
export interface ShadowTask {
  readonly model: ThreadModel
  /** As planned, in the order of its manifest. */
  readonly features: readonly PlannedFeature[]
  readonly predictions: readonly Column[]
  /** Absolute folder, existing, of the run's pair files. */
  readonly folder: string
}

/** One shard's work for a pool thread: read, validate, encode, infer, and make what the sinks write. */
export interface ScoreShardTask {
  readonly shardNo: number
  readonly roots: readonly string[]
  readonly file: SourceFile
  readonly rowStart: number
  readonly rowEnd: number // exclusive
  readonly scan: ScanPlan
  readonly model: ThreadModel
  readonly keys: readonly Column[]
  readonly carry: readonly Column[]
  readonly predictions: readonly Column[]
  /** Whether the thread makes binary COPY bytes (keys, carry, predictions in that order) and sends them through the port. */
  readonly copy: boolean
  readonly parquet: ParquetTarget | null
  readonly profile: ProfileTask
  readonly shadow: ShadowTask | null
}

/** What the thread answers once all bytes were sent and taken. */
export interface ScoreShardAnswer {
  readonly result: ShardResult
  /** What the shard's rows look like: ProfilePass.bytes. */
  readonly profile: Uint8Array
  readonly quarantined: readonly QuarantinedRow[]
}

/**
 * The pool that scoreShard activities wait on: as wide as the cores, one ONNX session a model and thread.
 * `write` gets the COPY bytes in order with back-pressure; `signal` ends the work at the next chunk. What the shadow alone
 * is to blame for is thrown as ShadowFailure.
 */
export interface ScoringPool {
  scoreShard(
    task: ScoreShardTask,
    write: (bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<ScoreShardAnswer>
  close(): Promise<void>
}
