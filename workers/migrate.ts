import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { Client } from 'pg'
import { Umzug, type UmzugStorage } from 'umzug'

/** Any fixed number: the advisory lock that keeps two migrations of one database apart. */
const migrationLock = 7_304_113

/** schemas/sql beside the sources, or beside the compiled files. */
const sqlFolder = path.resolve(__dirname, '..', 'schemas', 'sql')

/**
 * Brings the control database up to date: each schemas/sql/*.sql once, in order, in a transaction of its own.
 * Safe to run from several programs at once.
 * @returns the names of the migrations applied now; empty where there was nothing to do
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'nightscore migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query('CREATE SCHEMA IF NOT EXISTS nightscore')
    await client.query(
      'CREATE TABLE IF NOT EXISTS nightscore.migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
    )
    const migrations = await readMigrations(client)
    const umzug = new Umzug({ migrations, storage: migrationTable(client), logger: undefined })
    return (await umzug.up()).map((migration) => migration.name)
  } finally {
    await client.end() // releases the lock too
  }
}

/** The migrations that the database lacks, by name. */
export async function pendingMigrations(client: Pick<Client, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('nightscore.migration') IS NOT NULL AS found`,
  )
  const applied = rows[0]?.found ? await migrationTable(client).executed({} as never) : []
  return (await migrationNames()).filter((name) => !applied.includes(name))
}

async function migrationNames(): Promise<string[]> {
  return (await readdir(sqlFolder)).filter((file) => file.endsWith('.sql')).sort()
}

async function readMigrations(client: Client) {
  return Promise.all(
    (await migrationNames()).map(async (name) => {
      const sql = await readFile(path.join(sqlFolder, name), 'utf8')
      return {
        name,
        // recorded in the migration's own transaction: a crash in between leaves neither or both
        up: async () => {
          await client.query(
            `BEGIN; ${sql}; INSERT INTO nightscore.migration (name) VALUES ('${name}'); COMMIT`,
          )
        },
      }
    }),
  )
}

function migrationTable(client: Pick<Client, 'query'>): UmzugStorage {
  return {
    logMigration: () => Promise.resolve(),
    unlogMigration: () => Promise.reject(new Error('migrations only go forward')),
    executed: async () => {
      const { rows } = await client.query<{ name: string }>(
        'SELECT name FROM nightscore.migration ORDER BY name',
      )
      return rows.map((row) => row.name)
    },
  }
}
