import type { RecordBatch } from 'apache-arrow'
import type { Column } from '../../../schemas/column'
import type { ModelManifest } from '../../../schemas/model-manifest'
import { scanColumns } from '../../data/scan-plan'
import { columnOf } from '../../features/check-keys'
import type { ProfileColumn, TextColumn } from '../profiles/profile-column'
import { referenceCodec } from '../profiles/reference-codec'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { segmentsCodec } from '../profiles/segments-codec'
import { shardCodec } from '../profiles/shard-codec'
import { shardProfile, type ShardProfiler } from '../profiles/shard-profile'
import { batchColumns, type ScoredRows } from './batch-columns'
import { keyHashes } from './key-hashes'
import { segmentColumn, segmentName } from './segment-column'
import { takeColumn } from './take-column'

/** What a thread profiles a shard's rows with; the bytes are shared between threads. */
export interface ProfileTask {
  /** Tells references apart; null: the run has none, rows are sampled and not counted. */
  readonly referenceId: string | null
  /** referenceCodec, without samples; null as above. */
  readonly reference: SharedArrayBuffer | null
  /** segmentsCodec of the same for each segment; null as above. */
  readonly segments: SharedArrayBuffer | null
  /** The columns that cut the rows into segments: where the scan has them. */
  readonly segmentColumns: readonly { readonly name: string; readonly scanColumn: string }[]
  readonly batch: string
  /** Rows of the whole batch after `where`: decides what share of the rows is sampled. */
  readonly batchRows: number
}

/** The name that all rows have among the segments of a shard's bytes: no column has an empty name. */
export const allRows = ''

/** Values of a segment column that a shard keeps apart at most; the rows of others are in no segment. */
const segmentsAtMost = 1_000

/** Profiles the batches of one shard as they are scored. */
export class ProfilePass {
  private readonly references: References
  private readonly profilers = new Map<string, ShardProfiler>()

  constructor(
    private readonly task: ProfileTask,
    private readonly shardNo: number,
    private readonly columns: {
      readonly manifest: ModelManifest
      readonly keys: readonly Column[]
      readonly predictions: readonly Column[]
    },
  ) {
    this.references = referencesOf(task)
    this.profilers.set(allRows, this.profiler(this.references.all))
  }

  /** The next batch of the shard, in its order. */
  add(scanned: RecordBatch, scored: ScoredRows): void {
    const columns = batchColumns(scanned, scored, this.columns)
    const keys = this.columns.keys.map((_, i) => columnOf(scanned, scanColumns.key(i)))
    const hashes = keyHashes(keys, this.task.batch)
    shardProfile.add(this.profilers.get(allRows)!, columns, hashes)
    for (const { name, scanColumn } of this.task.segmentColumns)
      this.addSegments(name, segmentColumn(columnOf(scanned, scanColumn)), columns, hashes)
  }

  private addSegments(
    name: string,
    { dictionary, codes }: TextColumn,
    columns: ReadonlyMap<string, ProfileColumn>,
    hashes: BigUint64Array,
  ): void {
    const rowsOf = dictionary.map((): number[] => [])
    for (let row = 0; row < codes.length; row += 1) if (codes[row]! >= 0) rowsOf[codes[row]!]!.push(row)
    dictionary.forEach((value, code) => {
      const profiler = this.segmentProfiler(segmentName(name, value))
      if (profiler === undefined) return
      const rows = Int32Array.from(rowsOf[code]!)
      const taken = new Map([...columns].map(([key, column]) => [key, takeColumn(column, rows)]))
      shardProfile.add(
        profiler,
        taken,
        BigUint64Array.from(rows, (row) => hashes[row]!),
      )
    })
  }

  private segmentProfiler(segment: string): ShardProfiler | undefined {
    let profiler = this.profilers.get(segment)
    if (profiler === undefined && this.profilers.size <= segmentsAtMost * this.task.segmentColumns.length) {
      profiler = this.profiler(this.references.segments.get(segment) ?? null)
      this.profilers.set(segment, profiler)
    }
    return profiler
  }

  private profiler(reference: ReferenceProfile | null): ShardProfiler {
    const { batchRows } = this.task
    return shardProfile.create(reference, { shardNo: this.shardNo, batchRows })
  }

  /** segmentsCodec of shardCodec: all rows, then the segments by name. */
  bytes(): Uint8Array {
    const names = [...this.profilers.keys()].sort()
    return segmentsCodec.encode(
      new Map(
        names.map((name) => [name, shardCodec.encode(shardProfile.extract(this.profilers.get(name)!))]),
      ),
    )
  }
}

interface References {
  readonly all: ReferenceProfile | null
  readonly segments: ReadonlyMap<string, ReferenceProfile>
}

/** The decoded references that this thread used last: shards of one run follow each other. */
const kept = new Map<string, References>()
const keptAtMost = 4

function referencesOf({ referenceId, reference, segments }: ProfileTask): References {
  if (referenceId === null || reference === null) return { all: null, segments: new Map() }
  const found = kept.get(referenceId) ?? {
    all: referenceCodec.decode(new Uint8Array(reference)),
    segments: new Map(
      [...(segments ? segmentsCodec.decode(new Uint8Array(segments)) : [])].map(([name, bytes]) => [
        name,
        referenceCodec.decode(bytes),
      ]),
    ),
  }
  kept.delete(referenceId)
  kept.set(referenceId, found)
  for (const oldest of kept.keys()) {
    if (kept.size <= keptAtMost) break
    kept.delete(oldest)
  }
  return found
}
