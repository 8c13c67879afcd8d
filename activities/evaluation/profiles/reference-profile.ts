import { bottomKSample, createBottomKSample, extractBottomKSample } from '../stats/bottom-k-sample'
import { columnBins, type ColumnBins } from './column-bins'
import { columnCounts, type ColumnCounts, type ValueRange } from './column-counts'
import { finiteValues } from './finite-values'
import { isTextColumn, rowCountOf, type ProfileColumn, type ProfileColumns } from './profile-column'
import { rowHashes } from './row-hashes'
import { sampleRowsOf } from './sample-rows-of'

/** One column as later rows are compared with it. */
export interface ReferenceColumn {
  readonly bins: ColumnBins
  readonly counts: ColumnCounts
  readonly range: ValueRange
  /** Finite values of the sampled rows, ascending; empty for categorical columns. */
  readonly sample: Float64Array
}

/** A reference, frozen: never computed again from its rows. A segment of it is a profile of its own. */
export interface ReferenceProfile {
  readonly rows: number
  /** The samples, or all of it where it was itself made from a sample, are not of every row. */
  readonly sampled: boolean
  readonly columns: ReadonlyMap<string, ReferenceColumn>
}

export interface ReferenceOptions {
  /** Rules of what is in range, by column; where there is none, the reference's own smallest and largest finite value. */
  readonly ranges?: ReadonlyMap<string, ValueRange>
  /** Of the rows' keys, which decide the sample; by row number where there are none. */
  readonly hashes?: BigUint64Array
  /** Rows of the sample at most; default: sampleRowsOf. */
  readonly sampleRows?: number
  /** The rows given are themselves a sample. */
  readonly sampled?: boolean
}

/**
 * The profile of a reference held in memory: bins frozen from all rows, counts on them, moments, and a sample of values for
 * ks and wasserstein: every row up to `sampleRows`, the rows of the smallest hashes beyond.
 * @throws RangeError where columns (or the hashes) have different lengths
 */
export function referenceProfile(
  columns: ProfileColumns,
  { ranges, hashes, sampleRows = sampleRowsOf(columns.size), sampled = false }: ReferenceOptions = {},
): ReferenceProfile {
  const rows = rowCountOf(columns)
  const sampledRows =
    rows > sampleRows ? smallestHashes(hashes ?? rowHashes(rows), rows, sampleRows) : undefined
  const profiled = new Map<string, ReferenceColumn>()
  for (const [name, column] of columns)
    profiled.set(name, profileColumn(column, ranges?.get(name), sampledRows))
  return { rows, sampled: sampled || sampledRows !== undefined, columns: profiled }
}

function profileColumn(
  column: ProfileColumn,
  rule: ValueRange | undefined,
  sampledRows: Float64Array | undefined,
): ReferenceColumn {
  const sorted = isTextColumn(column) ? new Float64Array() : finiteValues(column)
  const bins = columnBins(column, sorted)
  const range = rule ?? { min: sorted[0] ?? -Infinity, max: sorted.at(-1) ?? Infinity }
  const counter = columnCounts.create(bins, range)
  columnCounts.add(counter, column)
  return { bins, counts: columnCounts.extract(counter), range, sample: sampleOf() }

  function sampleOf(): Float64Array {
    if (bins.kind !== 'numeric' || isTextColumn(column)) return new Float64Array()
    return sampledRows === undefined ? sorted : finiteValues(column, sampledRows)
  }
}

function smallestHashes(hashes: BigUint64Array, rows: number, k: number): Float64Array {
  const sample = createBottomKSample(k)
  bottomKSample(
    sample,
    hashes,
    Float64Array.from({ length: rows }, (_, row) => row),
  )
  return extractBottomKSample(sample).payloads
}
