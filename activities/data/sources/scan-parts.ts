import type { PoolClient } from 'pg'
import { explainedSchema, isPartOf, splitScan, wholeScan, type PlanNode } from './split-scan'

/**
 * Smaller tables are read by one connection: a second one, and the smaller last file of each part, cost more than the half
 * of a moment that they spare.
 */
const leastBytes = 64 << 20
const pageBytes = 8192
/** Postgres sends a million rows x 17 numbers a second by a connection, and one thread decodes what two send. */
const parts = 2

/**
 * Queries that together give the rows of `sql`, each once, in the order of the table that it reads; `[sql]` where it is
 * anything else than the scan of one large table, and where Postgres's plans do not prove that the parts are the same.
 * Leaves the transaction as it was.
 */
export async function scanParts(
  client: PoolClient,
  sql: string,
  columns: number,
): Promise<readonly string[]> {
  await client.query('SAVEPOINT parts')
  try {
    // what would be shared among parallel workers is one scan all the same
    await client.query('SET LOCAL max_parallel_workers_per_gather = 0')
    const whole = wholeScan(await explain(client, sql), columns)
    if (!whole) return [sql]
    const { rows } = await client.query<{ bytes: number }>(
      'SELECT pg_relation_size($1::regclass)::float8 AS bytes',
      [whole.table],
    )
    const bytes = rows[0]?.bytes ?? 0
    if (bytes < leastBytes) return [sql]
    const split = splitScan(whole, bytes / pageBytes, parts)
    for (const part of split) if (!isPartOf(whole, await explain(client, part))) return [sql]
    return split
  } catch {
    // not worth an error: read in one piece, it tells its own
    return [sql]
  } finally {
    await client.query('ROLLBACK TO SAVEPOINT parts; RELEASE SAVEPOINT parts')
  }
}

async function explain(client: PoolClient, sql: string): Promise<PlanNode> {
  const text = `EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT * FROM (\n${sql}\n) AS q`
  // the extended protocol takes one statement only
  const query = { text, queryMode: 'extended' } as { text: string }
  const { rows } = await client.query<{ 'QUERY PLAN': unknown }>(query)
  return explainedSchema.parse(rows[0]?.['QUERY PLAN'])[0].Plan
}
