import type { Pool } from 'pg'
import { pendingMigrations } from '../../migrate'
import { fail, ok, warn, type Check, type Finding } from './check'

/** DETACH CONCURRENTLY came with 14. */
const leastPostgres = 14

/** The control database: version, tables, privileges, room for partitions. The first failing says why the others cannot run. */
export function databaseChecks(pool: Pool): Check[] {
  return [
    { name: 'Postgres', run: () => version(pool) },
    { name: 'migrations', run: () => migrations(pool) },
    { name: 'privileges', run: () => privileges(pool) },
    { name: 'lock table', run: () => lockTable(pool) },
    { name: 'stored models', run: () => storedModels(pool) },
  ]
}

async function version(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ number: number; server: string; database: string; role: string }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS server,
            current_database() AS database, current_user AS role`,
  )
  const { number, server, database, role } = rows[0]!
  const detail = `${server}, database ${database} as ${role}`
  return number >= leastPostgres * 10_000
    ? ok(detail)
    : fail(detail, `Use Postgres ${leastPostgres} or newer.`)
}

async function migrations(pool: Pool): Promise<Finding> {
  const pending = await pendingMigrations(pool)
  return pending.length === 0
    ? ok('all applied')
    : fail(`${pending.length} not applied: ${pending.join(', ')}`, 'Run nightscore migrate.')
}

async function privileges(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ missing: string }>(
    `SELECT missing FROM (VALUES
       ('CREATE on the database', has_database_privilege(current_database(), 'CREATE')),
       ('USAGE on schema nightscore', has_schema_privilege('nightscore', 'USAGE')),
       ('CREATE on schema nightscore', has_schema_privilege('nightscore', 'CREATE')),
       ('INSERT on nightscore.run', has_table_privilege('nightscore.run', 'INSERT')),
       ('UPDATE on nightscore.shard', has_table_privilege('nightscore.shard', 'UPDATE')),
       ('SELECT on nightscore.model_artifact', has_table_privilege('nightscore.model_artifact', 'SELECT'))
     ) AS wanted (missing, granted) WHERE NOT granted`,
  )
  return rows.length === 0
    ? ok('those of a worker')
    : fail(
        `lacks ${rows.map((row) => row.missing).join(', ')}`,
        'GRANT nightscore_worker TO the role of DATABASE_URL.',
      )
}

/**
 * A query over a predictions table that names no batch locks each partition and its index; all backends share
 * max_locks_per_transaction * (max_connections + max_prepared_transactions) entries.
 */
async function lockTable(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ locks: number; parent: string | null; partitions: number }>(
    `SELECT current_setting('max_locks_per_transaction')::int
              * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) AS locks,
            inhparent::regclass::text AS parent, count(inhrelid)::int AS partitions
     FROM (SELECT 1) AS one LEFT JOIN pg_inherits ON inhparent IN (SELECT oid FROM pg_class WHERE relkind = 'p')
     GROUP BY inhparent ORDER BY 3 DESC LIMIT 1`,
  )
  const { locks, parent, partitions } = rows[0]!
  return judgeLockTable(locks, parent, partitions)
}

/** @param locks entries of the shared lock table */
export function judgeLockTable(locks: number, parent: string | null, partitions: number): Finding {
  const detail =
    parent === null ? `${locks} entries` : `${locks} entries; most partitions: ${parent} with ${partitions}`
  return partitions * 2 <= locks / 2
    ? ok(detail)
    : warn(
        detail,
        'Raise max_locks_per_transaction (and restart Postgres), let queries name their batch, and see nightscore maintain --dry-run.',
      )
}

async function storedModels(pool: Pool): Promise<Finding> {
  const { rows } = await pool.query<{ models: number; encrypted: number }>(
    `SELECT (SELECT count(*)::int FROM nightscore.model_version) AS models,
            (SELECT count(*)::int FROM nightscore.model_artifact WHERE key_id IS NOT NULL) AS encrypted`,
  )
  const { models, encrypted } = rows[0]!
  return ok(`${models} versions, ${encrypted} files encrypted`)
}
