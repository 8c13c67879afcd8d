/** Work that a worker has ahead of its threads, milliseconds: what it takes to fetch the next shard, several times over. */
const aheadMs = 250

/** Beside those in threads: one that commits, one that waits for a thread. */
const aheadAtLeast = 2

/**
 * Shards that a worker takes at once. A shard that it holds and does not score yet is one that no other worker can: with 16 held
 * by each of four workers, of the last 16 shards of a run one had 11 and two had none. So it takes as many more than it has threads
 * as keep them busy: two where a shard takes seconds, up to `most` where it takes milliseconds and fetching it takes longer.
 * @param shardMs of one shard in one thread; null: not known yet
 */
export function shardsHeld(threads: number, shardMs: number | null, most: number): number {
  const ahead = shardMs === null ? 0 : Math.ceil((aheadMs * threads) / Math.max(1, shardMs))
  return Math.max(1, Math.min(most, threads + Math.max(aheadAtLeast, ahead)))
}
