import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { inTransaction } from '../postgres/in-transaction'
import { withLockRetry } from '../postgres/with-lock-retry'
import { completeStatement } from './complete-statement'
import { duplicateKeysError, type DuplicateKeys } from './duplicate-keys'
import { findSink } from './found-sink'
import type { PredictionNames } from './prediction-names'
import { findDuplicates } from './prediction-sql'
import type { SinkRun } from './sink'
import { translateRowError } from './translate-row-error'

/** Memory of the sort that the key is built by, unless the server allows more. */
const sortMemory = '256MB'

/**
 * Gives the run's table its primary key, and what else it lacks to become a partition; returns its rows.
 * @throws DUPLICATE_KEYS with ten examples, SINK_BUSY
 */
export async function buildRunKey(pool: Pool, names: PredictionNames, run: SinkRun): Promise<number> {
  try {
    return await withLockRetry(pool, async (client) => {
      const statement = completeStatement(await findSink(client, names), names, run)
      if (statement !== null) {
        await client.query(
          `SELECT set_config('maintenance_work_mem', greatest(pg_size_bytes(current_setting('maintenance_work_mem')), pg_size_bytes($1)) / 1024 || 'kB', true)`,
          [sortMemory],
        )
        await client.query(statement)
        await client.query(`ANALYZE ${names.run}`)
      }
      const { rows } = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${names.run}`)
      return Number(rows[0]!.rows)
    })
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '23505')
      throw duplicateKeysError(run, await inTransaction(pool, (client) => readDuplicates(client, names, run)))
    throw translateRowError(error)
  }
}

async function readDuplicates(
  client: PoolClient,
  names: PredictionNames,
  run: SinkRun,
): Promise<DuplicateKeys> {
  const { rows } = await client.query<{
    key: (string | null)[]
    rows: string
    duplicate_keys: string
    duplicate_rows: string
  }>(findDuplicates(names, run))
  return {
    keys: Number(rows[0]?.duplicate_keys),
    rows: Number(rows[0]?.duplicate_rows),
    examples: rows.map(({ key, rows: count }) => ({ key, rows: Number(count) })),
  }
}
