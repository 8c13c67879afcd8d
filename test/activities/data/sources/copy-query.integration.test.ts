import fs from 'node:fs'
import { Connections } from '../../../../activities/data/postgres/connections'
import { columnsAsText, planned, type Read, type ReadOptions } from '../../../contracts/read-source'
import { freshDatabase, queryRows, temporaryFolder } from '../../../stack'
import { eventually } from '../../../stack/scenario'

let url: string
let connections: Connections
beforeAll(async () => {
  url = await freshDatabase({ migrated: false })
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())

const read = (query: string, more: Partial<ReadOptions> = {}): Promise<Read> =>
  planned({
    folder: temporaryFolder(),
    stagingFolder: temporaryFolder(),
    source: { postgres: { query } },
    connections,
    ...more,
  })

const readers = (): Promise<readonly { pid: number }[]> =>
  queryRows(
    url,
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'COPY%'`,
  )

// not FROM generate_series: Postgres would write all of it down first
const endless = 'SELECT generate_series(1, 1000000000) AS id'

test('a server that goes away in mid-read is an error to be tried again, and nothing is left', async () => {
  const stagingFolder = temporaryFolder()
  let ended = false
  const onProgress = (): void => {
    if (ended) return
    ended = true
    void queryRows(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%1000000000%'`,
    )
  }
  await expect(read(endless, { stagingFolder, onProgress })).rejects.toMatchObject({
    code: 'CONNECTION_REFUSED',
    retryable: true,
  })
  expect(fs.readdirSync(stagingFolder)).toEqual([])
})

test('an abort in mid-read ends the query, and nothing is left', async () => {
  const stagingFolder = temporaryFolder()
  const abort = new AbortController()
  const onProgress = (): void => abort.abort(new Error('cancelled'))
  await expect(read(endless, { stagingFolder, onProgress, signal: abort.signal })).rejects.toThrow(
    'cancelled',
  )
  expect(fs.readdirSync(stagingFolder)).toEqual([])
  await eventually(async () => ((await readers()).length === 0 ? true : undefined))
})

test.each([0, 50, 100, 150, 200, 300])(
  'an abort after %d ms, whatever it comes upon, ends the reading',
  async (afterMs) => {
    // writes all down before the first row: only a cancelled statement ends soon
    const query = 'SELECT i AS id FROM generate_series(1, 1000000000) i'
    const signal = AbortSignal.timeout(afterMs)
    await expect(read(query, { signal })).rejects.toMatchObject({ name: 'TimeoutError' })
    await eventually(async () => ((await readers()).length === 0 ? true : undefined))
  },
  30_000,
)

test('a value that cannot be staged ends the query', async () => {
  const query = `SELECT id, CASE WHEN id < 5000 THEN '{1}'::int[] ELSE '{{1}}' END AS v FROM (${endless}) AS rows`
  await expect(read(query)).rejects.toMatchObject({ code: 'COLUMN_TYPE_UNSUPPORTED' })
  await eventually(async () => ((await readers()).length === 0 ? true : undefined))
})

test('rows of megabytes come in row groups that fit the memory', async () => {
  const source = await read("SELECT i AS id, i || repeat('x', 3000000) AS v FROM generate_series(1, 50) i", {
    features: { one: 'length(v)' },
  })
  const [file] = source.files
  expect(source.files).toHaveLength(1)
  expect(file!.rowGroups.length).toBeGreaterThan(1)
  expect(file!.rowGroups.reduce((sum, rows) => sum + rows, 0)).toBe(50)
  const columns = await columnsAsText(source)
  expect(columns['id']).toEqual(Array.from({ length: 50 }, (_, i) => String(i + 1)))
  expect(columns['feature.0']).toEqual(Array.from({ length: 50 }, (_, i) => String(`${i + 1}`.length + 3e6)))
})

test('nulls anywhere, over the edges of groups and files', async () => {
  const source = await read(
    `SELECT i AS id, CASE WHEN i % 3 > 0 THEN i END AS n, CASE WHEN i % 5 > 0 THEN i::text END AS t,
       CASE WHEN i % 7 > 0 THEN i % 2 = 0 END AS b FROM generate_series(1, 10000) i`,
    { carry: ['n', 't', 'b'], shardRows: 3333 },
  )
  const { n, t, b } = await columnsAsText(source)
  const all = Array.from({ length: 10_000 }, (_, i) => i + 1)
  expect(n).toEqual(all.map((i) => (i % 3 > 0 ? String(i) : null)))
  expect(t).toEqual(all.map((i) => (i % 5 > 0 ? String(i) : null)))
  expect(b).toEqual(all.map((i) => (i % 7 > 0 ? String(i % 2 === 0) : null)))
})

test('several sources are read at a time', async () => {
  const counts = await Promise.all(
    [10_000, 20_000, 30_000].map(async (count) => {
      const source = await read(`SELECT i AS id FROM generate_series(1, ${count}) i`)
      return source.rows
    }),
  )
  expect(counts).toEqual([10_000, 20_000, 30_000])
})
