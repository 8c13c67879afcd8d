import fs from 'node:fs'
import path from 'node:path'
import { hasLargeGroup } from '../../../../activities/data/sources/restage'
import { duckdb } from '../../../stack/scenario'
import { temporaryFolder } from '../../../stack'
import { columnsAsText, planned } from '../../../contracts/read-source'

test.each([
  ['usual row groups', [122_880, 122_880], 200_000, false],
  ['a million rows, as pyarrow writes them', [1_048_576], 200_000, false],
  ['cut into twelve shards', [2_400_000], 200_000, false],
  ['cut into more', [2_400_001], 200_000, true],
  ['one of many', [1_000, 5_000_000, 1_000], 200_000, true],
  ['few rows in many tiny shards: decoded in no time', [122_880], 20, false],
  ['shards that large', [5_000_000], 1_000_000, false],
  ['no rows', [], 200_000, false],
])('%s', (_, rowGroups, shardRows, expected) => {
  expect(hasLargeGroup(rowGroups, shardRows)).toBe(expected)
})

test('a row group of many shards is staged in usual ones: the same rows in their order, hive folder names as columns', async () => {
  const folder = temporaryFolder()
  const rows = 1_100_000
  fs.mkdirSync(path.join(folder, 'month=07'))
  await duckdb(
    `COPY (SELECT i AS id FROM range(${rows}) t(i)) TO '${folder}/month=07/a.parquet' (FORMAT parquet, ROW_GROUP_SIZE ${rows})`,
  )
  const read = await planned({
    folder,
    stagingFolder: path.join(folder, '.staged'),
    source: { parquet: 'month=*/*.parquet' },
    carry: ['month'],
    shardRows: 10_000,
  })
  const [file] = read.files
  expect(file!.sha256).not.toBeNull()
  expect(Math.max(...file!.rowGroups)).toBe(122_880)
  expect(file!.rowGroups.reduce((sum, more) => sum + more, 0)).toBe(rows)
  const { id, month } = await columnsAsText(read)
  expect(new Set(month)).toEqual(new Set(['07']))
  expect(id!.every((text, row) => text === String(row))).toBe(true)
})
