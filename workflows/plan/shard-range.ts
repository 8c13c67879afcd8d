/**
 * Shards in one workflow's history. A shard costs three events of its own and up to three of the workflow task that
 * takes its completion: 150 shards stay under 1,000 events with room for the rest.
 */
export const shardsPerWorkflow = 150

/** Child workflows under way at once: two, so that one's last shards do not leave the workers idle. */
export const childrenInFlight = 2

/** Shards [from, to) of a run. */
export interface ShardRange {
  readonly from: number
  readonly to: number // exclusive
}

/** Cuts shards 0 .. shardCount-1 into ranges of at most `size`. */
export function shardRanges(shardCount: number, size: number): ShardRange[] {
  const ranges: ShardRange[] = []
  for (let from = 0; from < shardCount; from += size)
    ranges.push({ from, to: Math.min(from + size, shardCount) })
  return ranges
}

/** The numbers of a range, ascending. */
export const shardNumbers = ({ from, to }: ShardRange): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i)
