import { readCost } from '../../../activities/data/read-cost'
import type { SourceFile } from '../../../activities/data/source'

const file = (columns: SourceFile['columns']): SourceFile => ({
  path: '/f.parquet',
  sizeBytes: 1,
  modifiedMs: 0,
  sha256: null,
  rowGroups: [1],
  ...(columns && { columns }),
})

const narrow = file([
  { name: 'id', rowBytes: 8, pageBytes: 100 },
  { name: 'Amount "net"', rowBytes: 4, pageBytes: 50 },
  { name: 'unused', rowBytes: 5_000, pageBytes: 9_000 },
])

test.each([
  ['the columns that are named', [narrow], ['"id"', 'abs("amount ""net""")'], 12, 150],
  ['a column within an expression', [narrow], ['coalesce(unused, 0)'], 5_000, 9_000],
  ['the widest of the files', [narrow, file([{ name: 'ID', rowBytes: 9, pageBytes: 1 }])], ['id'], 9, 100],
  ['no columns read', [narrow], ['$batch'], 0, 0],
  ['files whose columns nobody looked at', [file(undefined)], ['id'], 0, 0],
])('%s', (_, files, sql, rowBytes, readerBytes) => {
  expect(readCost(files, sql)).toEqual({ rowBytes, readerBytes })
})
