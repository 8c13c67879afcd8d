/** A slice of one file: rows [rowStart, rowEnd). */
export interface ShardSlice {
  /** Index into the files given. */
  readonly file: number
  readonly rowStart: number
  readonly rowEnd: number // exclusive
}

/**
 * Cuts files into shards of at most `shardRows` rows. A cut falls on a row group's edge where one lies in the second half
 * of the shard, since a row group read by two shards is decoded twice. Files without rows make no shard.
 * @param files rows of each row group of each file, in file order
 * @param shardRows at least 1
 * @example planShards([[100, 100, 50]], 120) // [0,100) [100,200) [200,250)
 */
export function planShards(files: readonly (readonly number[])[], shardRows: number): ShardSlice[] {
  return files.flatMap((rowGroups, file) => {
    const edges = cumulative(rowGroups)
    const rows = edges.at(-1) ?? 0
    const slices: ShardSlice[] = []
    let next = 0
    for (let rowStart = 0; rowStart < rows; rowStart = slices.at(-1)?.rowEnd ?? rows) {
      const limit = Math.min(rowStart + shardRows, rows)
      while (next < edges.length && (edges[next] ?? rows) <= limit) next++
      const edge = edges[next - 1] ?? 0
      slices.push({ file, rowStart, rowEnd: edge > rowStart + shardRows / 2 ? edge : limit })
    }
    return slices
  })
}

function cumulative(counts: readonly number[]): number[] {
  let total = 0
  return counts.map((count) => (total += count))
}
