import { columnCounts, type ColumnCounts } from './column-counts'
import { rowSample } from './row-sample'
import { sampleRowsOf } from './sample-rows-of'
import { isBroken, type BrokenColumn, type Profile, type ShardProfile } from './shard-profile'

/**
 * The profile of all shards of a batch, or of one segment in all of them. Shards are taken by number, so that the result is
 * bit-identical in whatever order they arrive; cut into other shards, counts and sample are the same and moments equal to
 * 1e-12 relative. A column that is broken in one shard is broken.
 * @param shards at least one, on the same reference, each number once
 * @param sampleRows k: the sample is cut to so many rows; default: sampleRowsOf its columns
 * @throws RangeError for no shards, a number twice, or profiles on different references
 */
export function mergeProfiles(shards: readonly ShardProfile[], sampleRows?: number): Profile {
  const inOrder = [...shards].sort((a, b) => a.shardNo - b.shardNo)
  const [first, ...rest] = inOrder
  if (first === undefined) throw new RangeError('there are 0 shards, allowed is at least 1')
  inOrder.forEach(({ shardNo }, i) => {
    if (shardNo === inOrder[i - 1]?.shardNo) throw new RangeError(`shard ${shardNo} is there twice`)
  })
  const columns = new Map<string, ColumnCounts | BrokenColumn>()
  for (const [name, start] of first.columns)
    columns.set(
      name,
      rest.reduce((merged, shard) => mergeColumns(merged, columnOf(shard, name)), start),
    )
  const samples = inOrder.map(({ sample }) => sample)
  const rows = inOrder.reduce((sum, shard) => sum + shard.rows, 0)
  const k = sampleRows ?? sampleRowsOf(Math.max(...samples.map((sample) => sample.columns.size)))
  return { rows, columns, sample: rowSample.merge(samples, k) }
}

function columnOf({ shardNo, columns }: ShardProfile, name: string): ColumnCounts | BrokenColumn {
  const column = columns.get(name)
  if (column === undefined) throw new RangeError(`shard ${shardNo} has no column ${name}`)
  return column
}

function mergeColumns(
  a: ColumnCounts | BrokenColumn,
  b: ColumnCounts | BrokenColumn,
): ColumnCounts | BrokenColumn {
  if (isBroken(a)) return a
  return isBroken(b) ? b : columnCounts.merge(a, b)
}
