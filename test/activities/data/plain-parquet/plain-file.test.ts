import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { ParquetReader } from 'parquetjs-lite'
import { ListColumn } from '../../../../activities/data/plain-parquet/list-column'
import { PlainColumn } from '../../../../activities/data/plain-parquet/plain-column'
import { PlainFile, type FileColumn } from '../../../../activities/data/plain-parquet/plain-file'
import { plainTypes } from '../../../../activities/data/plain-parquet/plain-type'
import { temporaryFolder } from '../../../stack'
import { duckdb } from '../../../stack/scenario'

const fresh = (): string => path.join(temporaryFolder(), 'x.parquet')

function texts(name: string, rows: number): { column: PlainColumn; put: (text: string | null) => void } {
  const column = new PlainColumn(name, plainTypes.text, rows)
  const put = (text: string | null): void => {
    const bytes = Buffer.from(text ?? '')
    if (text === null) column.setNull()
    else column.varied(bytes, 0, bytes.length)
  }
  return { column, put }
}

test('any texts, nulls among them, in groups of any size, come back in order', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.option(fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 40 }), {
        maxLength: 4,
      }),
      async (groups) => {
        const file = fresh()
        const { column, put } = texts('t', 40)
        const written = new PlainFile(file, [column])
        for (const group of groups) {
          group.forEach(put)
          written.writeGroup(group.length)
        }
        const { rowGroups, sha256 } = written.finish()
        expect(rowGroups).toEqual(groups.map((group) => group.length))
        expect(sha256).toBe(createHash('sha256').update(fs.readFileSync(file)).digest('hex'))
        expect((await duckdb(`FROM '${file}'`)).map(([text]) => text)).toEqual(groups.flat())
      },
    ),
    { numRuns: 30 },
  ))

test('lists: null, empty, with nulls, longer than a vector', async () => {
  const lists = [
    [1, null, 3],
    null,
    [],
    Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? null : i)),
    [7],
  ]
  const column = new ListColumn('l', plainTypes.int32)
  const fill = (): void => {
    for (const list of lists) {
      if (list === null) column.setNull()
      else column.begin(list.length)
      for (const value of list ?? [])
        if (value === null) column.elements.setNull()
        else column.elements.word(value)
    }
  }
  const file = fresh()
  const written = new PlainFile(file, [column])
  for (let group = 0; group < 2; group++) {
    fill()
    written.writeGroup(lists.length)
  }
  written.finish()
  expect((await duckdb(`FROM '${file}'`)).map(([list]) => list)).toEqual([...lists, ...lists])
})

test('the types are those that DuckDB and Postgres call by these names', async () => {
  const columns: FileColumn[] = Object.entries(plainTypes).map(
    ([name, type]) => new PlainColumn(name, type, 1),
  )
  columns.push(new ListColumn('list', plainTypes.double))
  const file = fresh()
  new PlainFile(file, columns).finish()
  const described = await duckdb(`SELECT column_name, column_type FROM (DESCRIBE FROM '${file}')`)
  expect(Object.fromEntries(described as [string, string][])).toEqual({
    boolean: 'BOOLEAN',
    int16: 'SMALLINT',
    int32: 'INTEGER',
    uint32: 'UINTEGER',
    int64: 'BIGINT',
    float: 'FLOAT',
    double: 'DOUBLE',
    date: 'DATE',
    time: 'TIME',
    timestamp: 'TIMESTAMP',
    timestamptz: 'TIMESTAMP WITH TIME ZONE',
    uuid: 'UUID',
    text: 'VARCHAR',
    bytes: 'BLOB',
    list: 'DOUBLE[]',
  })
})

test('more columns and groups than fit the short forms of Thrift', async () => {
  const columns = Array.from({ length: 300 }, (_, i) => new PlainColumn(`c${i}`, plainTypes.int64, 4))
  const file = fresh()
  const written = new PlainFile(file, columns)
  for (let group = 0; group < 20; group++) {
    columns.forEach((column, i) => {
      column.long(i, -1)
      column.setNull()
    })
    written.writeGroup(2)
  }
  written.finish()
  const sums = await duckdb(`SELECT count(*), count(c0), max(c299) FROM '${file}'`)
  expect(sums).toEqual([['40', '20', String(299n - 2n ** 32n)]])
})

test('parquetjs-lite, another implementation, reads the same', async () => {
  const file = fresh()
  const { column, put } = texts('t', 8)
  const numbers = new PlainColumn('n', plainTypes.int32, 8)
  const written = new PlainFile(file, [column, numbers])
  for (const [i, text] of ['a', null, '☃'.repeat(50)].entries()) {
    put(text)
    if (i === 2) numbers.setNull()
    else numbers.word(i - 5)
  }
  written.writeGroup(3)
  written.finish()
  const reader = await ParquetReader.openFile(file)
  const cursor = reader.getCursor()
  const rows: unknown[] = []
  for (let row = await cursor.next(); row; row = await cursor.next()) rows.push({ ...row })
  await reader.close()
  expect(rows).toEqual([{ t: 'a', n: -5 }, { n: -4 }, { t: '☃'.repeat(50) }])
})

test('a column that lacks a row is an error, not a shifted one', () => {
  const { column, put } = texts('t', 8)
  put('a')
  const written = new PlainFile(fresh(), [column])
  expect(() => written.writeGroup(2)).toThrow('column "t" holds 1 rows in a group of 2')
  written.close()
})
