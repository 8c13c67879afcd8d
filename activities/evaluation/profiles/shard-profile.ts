import { columnCounts, type ColumnCounter, type ColumnCounts } from './column-counts'
import { rowCountOf, type ProfileColumns } from './profile-column'
import type { ReferenceProfile } from './reference-profile'
import { rowSample, type RowSample, type RowSampler } from './row-sample'
import { sampleRowsOf } from './sample-rows-of'

/** A column that could not be counted: it marks itself, the others go on. */
export interface BrokenColumn {
  readonly error: string
}

/** Rows on a frozen reference: of a shard, a batch, or a segment of them. No columns where there was no reference. */
export interface Profile {
  readonly rows: number
  readonly columns: ReadonlyMap<string, ColumnCounts | BrokenColumn>
  readonly sample: RowSample
}

export interface ShardProfile extends Profile {
  readonly shardNo: number
}

export interface ShardProfiler {
  readonly shardNo: number
  readonly columns: Map<string, ColumnCounter | BrokenColumn>
  readonly options: ShardProfileOptions
  /** Made with the first rows: how many it keeps depends on how many columns they have. */
  sampler: RowSampler | null
  rows: number
}

export interface ShardProfileOptions {
  readonly shardNo: number
  /** Rows of the whole batch after `where`: decides what share of hashes a shard keeps. */
  readonly batchRows: number
  /** k: rows of the merged sample; default: sampleRowsOf. */
  readonly sampleRows?: number
}

/**
 * - `create(reference, options)`: no rows yet. Keeps hashes under 2^64 x min(1, 1.2 k / batchRows). Without a reference
 *   (null) rows are sampled and nothing is counted.
 * - `add(profiler, columns, hashes)`: the next rows, in the shard's order. All columns are sampled, those of the reference are
 *   counted; one that is not there, or of another type than the reference, is broken from then on.
 * - `extract(profiler)`: the profile so far.
 */
export const shardProfile = { create, add, extract }

export function isBroken(column: object): column is BrokenColumn {
  return 'error' in column
}

function create(reference: ReferenceProfile | null, options: ShardProfileOptions): ShardProfiler {
  const columns = new Map<string, ColumnCounter | BrokenColumn>()
  for (const [name, { bins, range }] of reference?.columns ?? [])
    columns.set(name, columnCounts.create(bins, range))
  return { shardNo: options.shardNo, columns, options, sampler: null, rows: 0 }
}

function add(profiler: ShardProfiler, columns: ProfileColumns, hashes: BigUint64Array): void {
  const rows = columns.size === 0 ? hashes.length : rowCountOf(columns)
  if (rows !== hashes.length) throw new RangeError(`there are ${rows} rows and ${hashes.length} hashes`)
  profiler.rows += rows
  for (const [name, counter] of profiler.columns) {
    if (isBroken(counter)) continue
    try {
      const column = columns.get(name)
      if (column === undefined) throw new TypeError('the rows have no such column')
      columnCounts.add(counter, column)
    } catch (error) {
      profiler.columns.set(name, { error: error instanceof Error ? error.message : String(error) })
    }
  }
  profiler.sampler ??= createSampler(profiler.options, columns.size)
  rowSample.add(profiler.sampler, hashes, columns)
}

function createSampler({ batchRows, sampleRows }: ShardProfileOptions, columns: number): RowSampler {
  const k = sampleRows ?? sampleRowsOf(columns)
  return rowSample.create(k, Math.min(1, (1.2 * k) / Math.max(1, batchRows)))
}

function extract({ shardNo, rows, columns, options, sampler }: ShardProfiler): ShardProfile {
  const counts = new Map<string, ColumnCounts | BrokenColumn>()
  for (const [name, counter] of columns)
    counts.set(name, isBroken(counter) ? counter : columnCounts.extract(counter))
  return { shardNo, rows, columns: counts, sample: rowSample.extract(sampler ?? createSampler(options, 0)) }
}
