import type { NightscoreError } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import type { ScanPlan } from './scan-plan'

/** One immutable Parquet file of a run: a user's own, or one staged in the store. */
export interface SourceFile {
  /** Absolute path, or s3://bucket/key: then withLocalSources lends a copy. */
  readonly path: string
  readonly sizeBytes: number
  /** Modification time, whole milliseconds since 1970. With the size it identifies the file. */
  readonly modifiedMs: number
  /** Of a user's object in S3: with the size it identifies it. */
  readonly etag?: string | undefined
  /** Only for files that we staged: checked when a worker first opens the file. */
  readonly sha256: string | null
  /** Rows of each row group, in file order. */
  readonly rowGroups: readonly number[]
  /** What the file's columns take, while a run is planned. */
  readonly columns?: readonly ColumnSize[]
}

/** What a column of a Parquet file takes to read. */
export interface ColumnSize {
  readonly name: string
  /** Bytes of a row, decoded, on average. */
  readonly rowBytes: number
  /** Of its largest page, packed and unpacked. */
  readonly pageBytes: number
}

/** The folders that users' SQL and paths may read: the job's folder or NIGHTSCORE_DATA_ROOTS, and the run's own staging folder. */
export interface SourceScope {
  readonly job: JobSnapshot
  readonly batch: string
  /** Absolute, resolved (no symlink) folders. */
  readonly roots: readonly string[]
  /** Where staged files of this run go, absolute: <NIGHTSCORE_STORE>/staged/<runId>. */
  readonly stagingFolder: string
  /** Called now and then during long reads: Temporal heartbeats, progress. */
  readonly onProgress: (rows: number) => void
  readonly signal: AbortSignal
}

/** One kind of source. All kinds pass one contract suite: test/contracts/source-contract.ts. */
export interface Source {
  /**
   * The batch's rows as immutable Parquet files, in a stable order. Parquet is used where it lies;
   * other kinds are staged. Empty list never: SOURCE_NO_FILES is thrown instead.
   */
  files(scope: SourceScope): Promise<readonly SourceFile[]>
}

/** What the shards of a run read and how: made once when the run is planned, stored in the run. */
export interface PlannedSource {
  readonly files: readonly SourceFile[]
  readonly scan: ScanPlan
  /** Bytes of a row, decoded, of the columns that are read; 0: not known. */
  readonly rowBytes: number
  /** Rows for which `where` is true; all of them where it cannot be told. */
  readonly rows: number
  /** Why the shadow's features cannot be read: then `scan` is without; null where it has them, and without a shadow. */
  readonly shadowError: NightscoreError | null
}

/** Lists or stages the files, types every expression, checks that each is row-wise. */
export type PlanSource = (
  scope: SourceScope,
  manifest: ModelManifest,
  signature: ModelSignature,
  shadow?: { readonly manifest: ModelManifest; readonly signature: ModelSignature } | null,
) => Promise<PlannedSource>
