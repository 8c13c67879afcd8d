import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { takeClient } from '../postgres/in-transaction'
import { translatePostgresError } from '../postgres/postgres-error'
import { withLockRetry } from '../postgres/with-lock-retry'
import type { PredictionNames } from './prediction-names'
import { addRunKey, findDuplicates } from './prediction-sql'
import type { SinkRun } from './sink'
import { translateRowError } from './translate-row-error'

/** Memory of the sort that the key is built by. */
const sortMemory = '256MB'

/**
 * Builds the primary key of the run's table where it has none yet, and returns the table's rows.
 * @throws DUPLICATE_KEYS with ten examples, SINK_BUSY
 */
export async function buildRunKey(pool: Pool, names: PredictionNames, run: SinkRun): Promise<number> {
  try {
    return await withLockRetry(pool, async (client) => {
      if (!(await hasKey(client, names))) {
        await client.query(`SET LOCAL maintenance_work_mem = '${sortMemory}'`)
        await client.query(addRunKey(names, run))
        await client.query(`ANALYZE ${names.run}`)
      }
      const { rows } = await client.query<{ rows: string }>(`SELECT count(*) AS rows FROM ${names.run}`)
      return Number(rows[0]!.rows)
    })
  } catch (error) {
    if (error instanceof DatabaseError && error.code === '23505') throw await duplicateKeys(pool, names, run)
    throw translateRowError(error)
  }
}

async function hasKey(client: PoolClient, names: PredictionNames): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_constraint WHERE contype = 'p' AND conrelid = to_regclass($1)`,
    [names.run],
  )
  return rowCount !== 0
}

async function duplicateKeys(pool: Pool, names: PredictionNames, run: SinkRun): Promise<unknown> {
  const client = await takeClient(pool)
  try {
    const { rows } = await client.query<{
      key: (string | null)[]
      rows: string
      duplicate_keys: string
      duplicate_rows: string
    }>(findDuplicates(names, run))
    const shown = rows.map(
      ({ key, rows: count }) => `(${key.map((value) => shortened(value)).join(', ')}) ${count} times`,
    )
    return new NightscoreError('DUPLICATE_KEYS', {
      found: `${rows[0]?.duplicate_keys} keys in ${rows[0]?.duplicate_rows} rows: ${shown.join('; ')}`,
      expected: `one row for each (${run.keys.map((key) => key.name).join(', ')})`,
    })
  } catch (error) {
    return translatePostgresError(error)
  } finally {
    client.release()
  }
}

/** Keys can have 2,000 bytes. */
function shortened(value: string | null): string {
  const text = value ?? 'null'
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
