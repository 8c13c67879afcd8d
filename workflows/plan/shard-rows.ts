/** What a shard's rows may come to, decoded: 200,000 rows of 200 columns of 4 bytes. */
const shardBytes = 160_000_000

/** A job that asks for fewer rows gets them; wide rows alone make no shard smaller than this. */
const rowsAtLeast = 1_000

/**
 * Rows of a shard at most: as the job says, fewer where its rows are wide, so that a shard that has to be repeated costs no more
 * of a table with 1,000 columns than of one with 100.
 * @param rowBytes of the columns that are read, decoded; 0: not known
 */
export function shardRows(asked: number, rowBytes: number): number {
  if (rowBytes <= 0) return asked
  return Math.min(asked, Math.max(rowsAtLeast, Math.floor(shardBytes / rowBytes)))
}
