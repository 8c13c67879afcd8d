import { DatabaseError, type Pool, type PoolClient } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { takeClient } from '../postgres/in-transaction'
import { translatePostgresError } from '../postgres/postgres-error'
import { quoteIdentifier } from '../quote-identifier'
import type { PredictionNames } from './prediction-names'

/**
 * DETACH CONCURRENTLY waits, without a lock, for every transaction that has read the table before; longer than this the next
 * maintenance goes on with it (FINALIZE).
 */
const patience = '60s'

/**
 * Makes a run's partition a table of its own again, under no lock that readers' conflict with. One that was interrupted half-way is
 * finished. One at a time per predictions table, since Postgres allows one half-detached partition.
 * @throws NightscoreError SINK_BUSY where another detaches, or readers stay too long
 */
export async function detachRun(pool: Pool, names: PredictionNames): Promise<void> {
  const client = await takeClient(pool)
  try {
    // in no transaction: DETACH CONCURRENTLY makes two of its own
    await client.query(`SET statement_timeout = '${patience}'`)
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [`nightscore detach ${names.all}`])
    const half = await halfDetached(client, names)
    if (half !== null) await client.query(`ALTER TABLE ${names.all} DETACH PARTITION ${half} FINALIZE`)
    if (half === names.run || !(await isPartition(client, names))) return
    await client.query(`ALTER TABLE ${names.all} DETACH PARTITION ${names.run} CONCURRENTLY`)
  } catch (error) {
    throw isTimeout(error) ? busy(names, error) : translatePostgresError(error)
  } finally {
    client.release(true) // ends the session: its settings and its lock with it
  }
}

/** The partition that an interrupted DETACH left, quoted; null: none. */
async function halfDetached(client: PoolClient, { all, plain }: PredictionNames): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = to_regclass($1) AND inhdetachpending`,
    [all],
  )
  return rows[0] ? `${quoteIdentifier(plain.schema)}.${quoteIdentifier(rows[0].name)}` : null
}

async function isPartition(client: PoolClient, { run }: PredictionNames): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM pg_class WHERE oid = to_regclass($1) AND relispartition',
    [run],
  )
  return rowCount !== 0
}

/** lock_not_available, query_canceled */
function isTimeout(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && (error.code === '55P03' || error.code === '57014')
}

function busy({ all }: PredictionNames, cause: DatabaseError): NightscoreError {
  return new NightscoreError('SINK_BUSY', {
    found: `transactions that hold ${all} for over ${patience} (${cause.message})`,
    expected: 'readers that end',
    fix: 'The next maintenance goes on with it; end transactions that stay open.',
    cause,
  })
}
