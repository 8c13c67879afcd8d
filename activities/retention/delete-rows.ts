import type { Pool } from 'pg'
import { quoteIdentifier } from '../data/quote-identifier'
import type { Heartbeat } from '../heartbeat'

/** Rows of one statement: a few megabytes, and a lock for a moment. */
const rowsAtATime = 10_000

export interface Deletion {
  /** Table of schema nightscore. */
  readonly table: string
  /** SQL condition on the row `t`. */
  readonly where: string
  /** SQL of the row's bytes; pg_column_size does not count what is stored apart. */
  readonly bytes?: string
  readonly values: readonly unknown[]
}

/** Deletes rows a few thousand at a time, each time in a transaction of its own; a dry run counts them. */
export async function deleteRows(
  pool: Pool,
  { table, where, bytes = 'pg_column_size(t.*)', values }: Deletion,
  { dryRun, heartbeat }: { readonly dryRun: boolean; readonly heartbeat: Heartbeat },
): Promise<{ readonly count: number; readonly bytes: number }> {
  const name = `nightscore.${quoteIdentifier(table)}`
  const total = (from: string) =>
    `SELECT count(*)::float8 AS count, coalesce(sum(bytes), 0)::float8 AS bytes FROM ${from}`
  const found = `(SELECT ${bytes} AS bytes FROM ${name} t WHERE ${where}) AS found`
  const deleted = `DELETE FROM ${name} t WHERE t.ctid = ANY (ARRAY (SELECT t.ctid FROM ${name} t WHERE ${where} LIMIT ${rowsAtATime})) RETURNING ${bytes} AS bytes`
  const statement = dryRun ? total(found) : `WITH gone AS (${deleted}) ${total('gone')}`
  const sum = { count: 0, bytes: 0 }
  for (;;) {
    heartbeat.signal.throwIfAborted()
    const { rows } = await pool.query<{ count: number; bytes: number }>(statement, [...values])
    const { count, bytes: freed } = rows[0]!
    sum.count += count
    sum.bytes += freed
    if (dryRun || count < rowsAtATime) return sum
    heartbeat.detail({ rows: sum.count })
  }
}
