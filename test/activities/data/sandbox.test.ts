import fs from 'node:fs'
import path from 'node:path'
import { openSandbox, sandboxFor } from '../../../activities/data/sandbox'
import { temporaryFolder } from '../../stack'

describe('a sandbox', () => {
  test.each([
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('OTHER/a.csv')",
    "SELECT * FROM 'ROOT/../else/a.csv'",
    "SELECT * FROM glob('/*')",
    "COPY (SELECT 1) TO 'OTHER/b.csv'",
    "ATTACH 'OTHER/b.db'",
    'INSTALL httpfs',
    'LOAD httpfs',
    "SELECT * FROM 'https://example.org/a.parquet'",
    'SET enable_external_access = true',
    "SET allowed_directories = ['/']",
    'SET threads = 8',
    "SET temp_directory = '/'",
    "SELECT getenv('HOME')",
  ])('refuses %s', async (sql) => {
    const outer = temporaryFolder()
    for (const folder of ['root', 'else']) {
      fs.mkdirSync(path.join(outer, folder))
      fs.writeFileSync(path.join(outer, folder, 'a.csv'), 'x\n1\n')
    }
    const sandbox = await sandboxFor([path.join(outer, 'root')])
    const asked = sql
      .replaceAll('OTHER', path.join(outer, 'else'))
      .replaceAll('ROOT', path.join(outer, 'root'))
    await expect(sandbox.rows(asked)).rejects.toThrow(
      /Permission|disabled|locked|does not exist|not allowed/i,
    )
    expect(fs.readdirSync(path.join(outer, 'else'))).toEqual(['a.csv'])
  })

  test('keeps its time zone UTC in every connection', async () => {
    const sandbox = await sandboxFor([])
    const rows = await sandbox.rows("SELECT CAST(TIMESTAMPTZ '2013-07-04 12:00:00+02' AS VARCHAR) AS t")
    expect(rows).toEqual([{ t: '2013-07-04 10:00:00+00' }])
  })

  test('binds $batch as text, never as SQL', async () => {
    const sandbox = await sandboxFor([])
    expect(await sandbox.rows('SELECT $batch AS b', { batch: "x' OR 1=1 --" })).toEqual([
      { b: "x' OR 1=1 --" },
    ])
    expect(await sandbox.rows('SELECT 1 AS one', { batch: 'unused' })).toEqual([{ one: 1 }])
  })

  const lastRow = 200_000
  const failingAt = (row: number) =>
    `SELECT i, i::DOUBLE AS x, CAST(CASE WHEN i = ${row} THEN 'odd' ELSE '1' END AS INTEGER) AS y, i::DOUBLE AS x FROM range(${lastRow + 1}) t(i)`
  const rowsOf = async (sql: string): Promise<number> => {
    let rows = 0
    for await (const chunk of (await sandboxFor([])).stream(sql)) rows += chunk.rowCount
    return rows
  }

  test.each([0, 5_000, 100_000, lastRow])('a stream that fails on row %d says so', async (row) => {
    await expect(rowsOf(failingAt(row))).rejects.toThrow(/Could not convert string 'odd'/)
  })

  test('a stream ends after its last row, be it the first, or none', async () => {
    expect(await rowsOf(failingAt(-1))).toBe(lastRow + 1)
    expect(await rowsOf('SELECT true AS a')).toBe(1)
    expect(await rowsOf('SELECT 1 AS a WHERE false')).toBe(0)
  })

  test('stops a running query when the signal aborts, with the signal’s reason', async () => {
    const sandbox = await openSandbox([], { threads: 1 })
    const forever = 'SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(1000000) b'
    const started = Date.now()
    await expect(sandbox.rows(forever, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    const stream = sandbox.stream(forever, { signal: AbortSignal.timeout(100) })
    await expect(stream.next()).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(Date.now() - started).toBeLessThan(5000)
    sandbox.close()
  })

  test('with an aborted signal runs nothing', async () => {
    const sandbox = await sandboxFor([])
    await expect(sandbox.rows('SELECT 1', { signal: AbortSignal.abort(new Error('late')) })).rejects.toThrow(
      'late',
    )
  })

  test('is kept for the same roots', async () => {
    expect(await sandboxFor([])).toBe(await sandboxFor([]))
    expect(await sandboxFor([])).not.toBe(await sandboxFor([temporaryFolder()]))
  })
})
