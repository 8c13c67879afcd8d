import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { ShardResult } from '../../schemas/run'
import { copyShardResults } from './run-store'

/** Copies wait so long for others at most: many small shards then share a statement and its commit. */
const apartMs = 25

interface Waiting {
  readonly result: ShardResult
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/**
 * Copies results of committed shards into the control database, those that come at about the same time in one statement; each
 * call resolves when its own is there. The first of a run goes at once.
 */
export function shardCopies(
  control: Pool,
  worker: string,
): (runId: string, result: ShardResult) => Promise<void> {
  const waiting = new Map<string, Waiting[]>()
  const flush = async (runId: string): Promise<void> => {
    for (;;) {
      const taken = waiting.get(runId) ?? []
      if (taken.length === 0) {
        waiting.delete(runId)
        return
      }
      waiting.set(runId, [])
      const apart = sleep(apartMs)
      try {
        const results = taken.map(({ result }) => result)
        await copyShardResults(control, runId, results, worker)
        for (const { done } of taken) done()
      } catch (error) {
        for (const { failed } of taken) failed(error)
      }
      await apart
    }
  }
  return (runId, result) =>
    new Promise((done, failed) => {
      const others = waiting.get(runId)
      if (others) others.push({ result, done, failed })
      else {
        waiting.set(runId, [{ result, done, failed }])
        void flush(runId)
      }
    })
}
