import { isNativeError } from 'node:util/types'
import type { Pool, PoolClient } from 'pg'
import { translatePostgresError } from './postgres-error'

/**
 * Runs `work` between BEGIN and COMMIT on one connection of the pool, and returns its result. Where it throws: ROLLBACK,
 * and the connection is destroyed if that fails too. Errors of Postgres come out translated (translatePostgresError).
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await takeClient(pool)
  let broken: Error | undefined
  const onError = (error: Error) => (broken = error)
  client.on('error', onError)
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    try {
      await client.query('ROLLBACK')
    } catch (rollbackError) {
      broken ??= isNativeError(rollbackError) ? rollbackError : new Error('ROLLBACK failed')
    }
    throw translatePostgresError(error)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** A connection of the pool, errors translated. */
export async function takeClient(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw translatePostgresError(error)
  }
}
