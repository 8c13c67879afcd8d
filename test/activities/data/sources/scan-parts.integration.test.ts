import { Connections } from '../../../../activities/data/postgres/connections'
import { inTransaction } from '../../../../activities/data/postgres/in-transaction'
import { scanParts } from '../../../../activities/data/sources/scan-parts'
import { columnsAsText, planned, type Read } from '../../../contracts/read-source'
import { freshDatabase, queryRows, temporaryFolder } from '../../../stack'

const rows = 600_000
let url: string
let connections: Connections
beforeAll(async () => {
  url = await freshDatabase({ migrated: false })
  connections = new Connections({ controlUrl: url, environment: {} })
  // over 64 MB
  await queryRows(
    url,
    `CREATE TABLE large AS SELECT i::bigint AS id, i % 7 AS day, repeat('x', 90) AS v FROM generate_series(1, ${rows}) i`,
  )
  await queryRows(url, 'ALTER TABLE large ADD PRIMARY KEY (id)')
  await queryRows(url, 'CREATE TABLE small AS SELECT i::bigint AS id FROM generate_series(1, 1000) i')
  await queryRows(url, 'CREATE VIEW seen AS SELECT id AS number, upper(v) AS word FROM large WHERE day > 2')
  await queryRows(url, 'ANALYZE')
})
afterAll(() => connections.close())

const partsOf = (sql: string, columns: number): Promise<readonly string[]> =>
  inTransaction(connections.control, (client) => scanParts(client, sql, columns))

test.each([
  ['SELECT * FROM large', 3],
  ['SELECT v, id FROM large', 2],
  ["SELECT id + 1, 'it''s', day::text || v FROM large AS l WHERE l.day IN (1, 2) AND v LIKE 'x%'", 3],
  ['SELECT * FROM seen WHERE number % 2 = 0', 2],
])('%s is read in two parts that make up the whole', async (sql, columns) => {
  const parts = await partsOf(sql, columns)
  expect(parts).toHaveLength(2)
  const [whole] = await queryRows(
    url,
    `SELECT count(*)::int AS count, md5(string_agg(r::text, '' ORDER BY r::text)) AS digest FROM (${sql}) r`,
  )
  const union = parts.map((part) => `SELECT r::text AS r FROM (${part}) r`).join(' UNION ALL ')
  const [both] = await queryRows(
    url,
    `SELECT count(*)::int AS count, md5(string_agg(r, '' ORDER BY r)) AS digest FROM (${union}) u`,
  )
  expect(both).toEqual(whole)
})

test.each([
  ['SELECT * FROM small', 1],
  ['SELECT * FROM large ORDER BY v', 3],
  ['SELECT * FROM large LIMIT 10', 3],
  ['SELECT * FROM large WHERE id < 100', 3],
  ['SELECT DISTINCT day FROM large', 1],
  ['SELECT count(*) FROM large', 1],
  ['SELECT id, row_number() OVER () FROM large', 2],
  ['SELECT l.id FROM large l JOIN small s ON l.day = s.id', 1],
  ['SELECT id FROM large WHERE day = (SELECT max(id) FROM small)', 1],
  ['SELECT * FROM large TABLESAMPLE SYSTEM (50)', 3],
  ['SELECT id FROM large UNION ALL SELECT id FROM small', 1],
  ['SELECT 1 AS id', 1],
  ['SELECT nonsense', 1],
])('%s is read in one piece, and the transaction goes on', async (sql, columns) => {
  const parts = await inTransaction(connections.control, async (client) => {
    const found = await scanParts(client, sql, columns)
    await client.query('SELECT 1')
    return found
  })
  expect(parts).toEqual([sql])
})

const read = (query: string, onProgress: (rows: number) => void = () => undefined): Promise<Read> =>
  planned({
    folder: temporaryFolder(),
    stagingFolder: temporaryFolder(),
    source: { postgres: { query } },
    connections,
    carry: ['day'],
    shardRows: 250_000,
    onProgress,
  })

test('both parts see one moment, and every row is there once', async () => {
  const changes: Promise<unknown>[] = []
  const source = await read('SELECT id, day FROM large', () => {
    if (changes.length === 0) changes.push(queryRows(url, `UPDATE large SET day = 100 WHERE id % 10 = 0`))
  })
  await Promise.all(changes)
  expect(changes).toHaveLength(1)
  // two parts, each of a file of 250,000 rows and what is left
  expect(source.files).toHaveLength(4)
  const { id, day } = await columnsAsText(source)
  expect(id!.map(Number)).toEqual(Array.from({ length: rows }, (_, i) => i + 1))
  expect(new Set(day)).toEqual(new Set(['0', '1', '2', '3', '4', '5', '6']))
})
