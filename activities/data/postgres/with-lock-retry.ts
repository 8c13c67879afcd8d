import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { inTransaction } from './in-transaction'

/**
 * A waiting ALTER makes every later reader of the table wait behind it: so it waits 2 s, gives way, and tries again.
 * 2 s is over deadlock_timeout (1 s), after which Postgres cancels an autovacuum that stands in the way.
 */
const lockTimeout = '2s'
const attempts = 6
const pauseMs = { min: 100, max: 1_000 } as const

/**
 * Runs `work` in a transaction whose locks are waited for only shortly; repeats it while locks are not free.
 * @throws SINK_BUSY after 6 attempts, else what inTransaction throws
 */
export async function withLockRetry<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = '${lockTimeout}'`)
        return await work(client)
      })
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      if (attempt === attempts)
        throw new NightscoreError('SINK_BUSY', {
          found: `a lock not free ${attempts} times for ${lockTimeout} each (${error.message})`,
          expected: 'a table that can be altered',
          cause: error,
        })
    }
    await sleep(pauseMs.min + Math.random() * (pauseMs.max - pauseMs.min))
  }
}

/** lock_not_available */
function isLockTimeout(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.code === '55P03'
}
