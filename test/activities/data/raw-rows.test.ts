import { rawRows } from '../../../activities/data/raw-rows'
import { sandboxFor } from '../../../activities/data/sandbox'
import { writeParquet } from '../../contracts/write-parquet'
import { temporaryFolder } from '../../stack'

async function raw(
  select: string,
  rowNumbers: readonly number[],
  options = '',
): Promise<Map<number, string>> {
  const folder = temporaryFolder()
  await writeParquet(`${folder}/a.parquet`, select, options)
  return rawRows({ sandbox: await sandboxFor([folder]), file: { path: `${folder}/a.parquet` }, rowNumbers })
}

test('the asked rows, wherever they lie, by row number', async () => {
  const rows = await raw(
    "SELECT i AS id, 'x' || i AS v FROM range(10000) t(i)",
    [9999, 3, 5000],
    ', ROW_GROUP_SIZE 2048',
  )
  expect(rows).toEqual(new Map([3, 5000, 9999].map((i) => [i, `{"id":${i},"v":"x${i}"}`])))
})

test('no rows asked, none read', async () => expect(await raw('SELECT 1 AS id', [])).toEqual(new Map()))

test('all digits, and what JSON lacks as text', async () => {
  const select = `SELECT 9007199254740993 AS "big id", 'nan'::double AS n, '-inf'::float AS i, 'NaN, Infinity' AS t, 1.50::decimal(4,2) AS d,
    ['nan'::double, 1] AS l, '\\xFF'::blob AS b, NULL AS nothing, TIMESTAMP '2013-07-04 05:06:07' AS at`
  const json = (await raw(select, [0])).get(0)!
  expect(json).toContain('"big id":9007199254740993')
  expect(JSON.parse(json)).toMatchObject({
    n: 'NaN',
    i: '-Infinity',
    t: 'NaN, Infinity',
    d: 1.5,
    l: ['NaN', 1],
    nothing: null,
    at: '2013-07-04 05:06:07',
  })
})

test('a NUL is shown escaped, so that jsonb takes it; a written \\u0000 stays what it was', async () => {
  const json = (
    await raw(
      "SELECT 'a' || chr(0) || 'b' AS nul, 'a\\u0000b' AS written, '\\\\' || chr(0) AS after, chr(0) || '\"' AS \"quoted\"",
      [0],
    )
  ).get(0)!
  expect(JSON.parse(json)).toEqual({
    nul: 'a\\u0000b',
    written: 'a\\u0000b',
    after: '\\\\\\u0000',
    quoted: '\\u0000"',
  })
  expect(json).not.toMatch(/(^|[^\\])(\\\\)*\\u0000/)
})

test('a row of over 64 KB is cut to valid JSON', async () => {
  const json = (await raw("SELECT 1 AS id, repeat('\"x', 50000) AS v", [0])).get(0)!
  const { truncated, starts } = JSON.parse(json) as { truncated: boolean; starts: string }
  expect(truncated).toBe(true)
  expect(starts).toMatch(/^\{"id":1,"v":"\\"x/)
  expect(starts).toHaveLength(1000)
})
