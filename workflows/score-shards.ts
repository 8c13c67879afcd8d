import { CancellationScope } from '@temporalio/workflow'
import type { RowCounts } from '../schemas/run'
import { scoreShard } from './activities'
import { inWindow } from './plan/in-window'
import { shardNumbers, type ShardRange } from './plan/shard-range'

/** Input of a child workflow that scores part of a run. */
export interface ScoreShardsInput extends ShardRange {
  readonly runId: string
  readonly inFlight: number
}

/** Scores shards [from, to) of a run, `inFlight` at a time, and returns their row counts added up. */
export async function scoreShards(
  input: ScoreShardsInput,
  onShard: (counts: RowCounts) => void = () => undefined,
): Promise<RowCounts> {
  let total: RowCounts = { read: 0, scored: 0, quarantined: 0, filtered: 0 }
  await inStoppingWindow(shardNumbers(input), input.inFlight, async (shardNo) => {
    const counts = await scoreShard(input.runId, shardNo)
    total = addCounts(total, counts)
    onShard(counts)
  })
  return total
}

/** `inWindow` in a scope of its own: when one item fails for good, those under way are told to stop. */
export function inStoppingWindow<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  return CancellationScope.cancellable(() => {
    const scope = CancellationScope.current()
    return inWindow(items, width, async (item) => {
      try {
        await work(item)
      } catch (error) {
        scope.cancel()
        throw error
      }
    })
  })
}

/** Adds two row counts. */
export const addCounts = (a: RowCounts, b: RowCounts): RowCounts => ({
  read: a.read + b.read,
  scored: a.scored + b.scored,
  quarantined: a.quarantined + b.quarantined,
  filtered: a.filtered + b.filtered,
})
