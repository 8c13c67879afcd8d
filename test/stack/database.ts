import { randomBytes } from 'node:crypto'
import { Client, type QueryResultRow } from 'pg'
import { migrate } from '../../workers/migrate'

/** @returns the URL of the test server's own database. @throws outside the integration project */
export function testDatabaseUrl(): string {
  const url = process.env['DATABASE_URL']
  if (url === undefined)
    throw new Error('no DATABASE_URL: tests that need servers are named *.integration.test.ts')
  return url
}

/** @returns the URL of a new database of the test server, migrated unless told otherwise. */
export async function freshDatabase({ migrated = true } = {}): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = new URL(testDatabaseUrl())
  await queryRows(url.href, `CREATE DATABASE ${name}`)
  url.pathname = `/${name}`
  if (migrated) await migrate(url.href)
  return url.href
}

/** One statement on a connection of its own. @returns its rows */
export async function queryRows<Row extends QueryResultRow = QueryResultRow>(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}
