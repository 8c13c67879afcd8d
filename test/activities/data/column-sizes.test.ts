import path from 'node:path'
import { columnSizes } from '../../../activities/data/column-sizes'
import { openSandbox } from '../../../activities/data/sandbox'
import { duckdb } from '../../stack/scenario'
import { temporaryFolder } from '../../stack'

const rows = 10_000

async function sizesOf(select: string, options = ''): Promise<ReturnType<typeof columnSizes>> {
  const folder = temporaryFolder()
  const file = path.join(folder, 'f.parquet')
  await duckdb(`COPY (${select} FROM range(${rows}) t(i)) TO '${file}' (FORMAT parquet${options})`)
  const sandbox = await openSandbox([folder], { threads: 1 })
  try {
    return await columnSizes(sandbox, file, { rows })
  } finally {
    sandbox.close()
  }
}

test('a value takes what it takes decoded, however well the file is packed', async () => {
  const sizes = await sizesOf('SELECT i AS id, 1.5::float AS x, true AS b, i % 2 = 0 AS "flag, set"')
  expect(sizes.map(({ name, rowBytes }) => [name, rowBytes])).toEqual([
    ['id', 8],
    ['x', 4],
    ['b', 1],
    ['flag', 1], // a name with a comma is cut: then it counts to the column that it begins with
  ])
})

test('a list has the bytes of its elements, a text those of its characters', async () => {
  const [list, text] = await sizesOf(
    `SELECT [i, i, i, i]::float[] AS list, repeat(chr((65 + i % 50)::int), 100) || i AS text`,
    ', DICTIONARY_SIZE_LIMIT 0',
  )
  expect(list!.rowBytes).toBe(16)
  expect(text!.rowBytes).toBeGreaterThan(100)
  expect(text!.rowBytes).toBeLessThan(150)
})

test('a file of DuckDB’s has a page a row group, so that large row groups are dear to read', async () => {
  const wide = 'SELECT hash(i)::double AS x'
  const [small] = await sizesOf(wide, ', ROW_GROUP_SIZE 2048')
  const [large] = await sizesOf(wide, ', ROW_GROUP_SIZE 10240')
  expect(large!.pageBytes).toBeGreaterThan(rows * 8)
  expect(small!.pageBytes).toBeLessThan(large!.pageBytes / 3)
})
