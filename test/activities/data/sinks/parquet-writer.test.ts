import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { ParquetReader } from 'parquetjs-lite'
import { openParquetWriter } from '../../../../activities/data/sinks/parquet-writer'
import type { ParquetTarget } from '../../../../activities/scoring/score-shard-task'
import { scalarColumnTypes, type Column } from '../../../../schemas/column'
import { temporaryFolder } from '../../../stack'
import { duckdb } from '../../../stack/scenario'
import { arrowBatch, type TestValue } from './arrow-batch'

const constants = {
  batch: '2013-07-04',
  revision: 3,
  modelVersion: 7,
  runId: '6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0e1f',
}
const target = (changes: Partial<ParquetTarget> = {}): ParquetTarget => ({
  folder: temporaryFolder(),
  compression: 'zstd',
  version: 'v2',
  constants,
  ...changes,
})

async function write(
  to: ParquetTarget,
  columns: readonly Column[],
  ...batches: (readonly (readonly TestValue[])[])[]
) {
  const writer = await openParquetWriter(to, 12, columns)
  for (const rows of batches) await writer.write(arrowBatch(columns, rows))
  const file = await writer.close()
  return { ...file, path: path.join(to.folder, file.name) }
}

async function readWithParquetjs(file: string): Promise<Record<string, unknown>[]> {
  const reader = await ParquetReader.openFile(file)
  const cursor = reader.getCursor()
  const rows: Record<string, unknown>[] = []
  for (let row = await cursor.next(); row; row = await cursor.next()) rows.push(row)
  await reader.close()
  return rows
}

const arrays = ['boolean[]', 'integer[]', 'bigint[]', 'real[]', 'double precision[]', 'text[]'] as const
const types = [...scalarColumnTypes, ...arrays]
const all: Column[] = types.map((type) => ({ name: `of ${type}`, type }))
const moment = BigInt(Date.UTC(2013, 6, 4, 23, 59, 59, 123)) * 1000n + 456n
const values: TestValue[] = [
  true,
  -32768,
  2 ** 31 - 1,
  -(2n ** 63n) + 1n,
  '-12345678901234567890.0012300',
  1.5,
  0.1,
  'it’s "ü"\n✈',
  15890,
  86_399_999_999n,
  moment,
  moment,
  constants.runId,
  Buffer.from([0, 255, 10]),
  '{"a": [1, null]}',
  [true, null, false],
  [1, -2],
  [2n ** 53n + 1n],
  [0.5, null],
  [],
  ['x', '', null],
]
const shown = [
  'true',
  '-32768',
  '2147483647',
  '-9223372036854775807',
  '-12345678901234567890.0012300',
  '1.5',
  '0.1',
  'it’s "ü"\n✈',
  '2013-07-04',
  '23:59:59.999999',
  '2013-07-04 23:59:59.123456',
  '2013-07-04 23:59:59.123456+00',
  constants.runId,
  '\\x00\\xFF\\x0A',
  '{"a": [1, null]}',
  '[true, NULL, false]',
  '[1, -2]',
  '[9007199254740993]',
  '[0.5, NULL]',
  '[]',
  "[x, '', NULL]",
]

test.each([
  ['zstd', 'v2'],
  ['snappy', 'v1'],
  ['zstd', 'v1'],
  ['snappy', 'v2'],
] as const)('DuckDB reads every type and null back from %s, %s', async (compression, version) => {
  const file = await write(target({ compression, version }), all, [values, values.map(() => null)])
  const rows = await duckdb(
    `SET TimeZone = 'UTC'; SELECT columns(*)::VARCHAR FROM read_parquet('${file.path}')`,
  )
  const [batch, revision, modelVersion, runId] = ['2013-07-04', '3', '7', constants.runId]
  expect(rows).toEqual([
    [batch, revision, ...shown, modelVersion, runId],
    [batch, revision, ...values.map(() => null), modelVersion, runId],
  ])
  const described = await duckdb(`SELECT DISTINCT compression FROM parquet_metadata('${file.path}')`)
  expect(described).toEqual([[compression.toUpperCase()]])
})

test('parquetjs-lite and DuckDB read the same rows from a snappy v1 file', async () => {
  const columns: Column[] = [
    { name: 'flight_id', type: 'bigint' },
    { name: 'carrier', type: 'text' },
    { name: 'day', type: 'date' },
    { name: 'amount', type: 'numeric' },
    { name: 'score', type: 'real' },
    { name: 'p', type: 'double precision' },
    { name: 'label', type: 'boolean' },
    { name: 'count', type: 'integer' },
  ]
  const rows = Array.from({ length: 5_000 }, (_, i): TestValue[] => [
    BigInt(i) * 1_000_003n,
    i % 7 === 0 ? null : `c${i % 13} ü`,
    15_000 + (i % 400),
    `${i}.50`,
    Math.fround(i / 7),
    i / 3,
    i % 2 === 0,
    i % 5 === 0 ? null : i,
  ])
  const file = await write(
    target({ compression: 'snappy', version: 'v1' }),
    columns,
    rows.slice(0, 3_001),
    rows.slice(3_001),
  )
  const ours = (await readWithParquetjs(file.path)).map((row) => [
    row['batch'],
    row['revision'],
    row['flight_id'],
    row['carrier'] ?? null,
    (row['day'] as Date).getTime() / 86_400_000,
    row['amount'],
    row['score'],
    row['p'],
    row['label'],
    row['count'] ?? null,
    row['model_version'],
    row['run_id'],
  ])
  const expected = rows.map((row) => ['2013-07-04', 3, ...row, 7, constants.runId])
  expect(ours).toEqual(expected)
  const theirs = await duckdb(
    `SELECT batch, revision, flight_id::VARCHAR, carrier, day - DATE '1970-01-01', amount, score, p, label, count, model_version, run_id FROM read_parquet('${file.path}')`,
  )
  expect(
    theirs.map(([batch, revision, id, carrier, day, ...rest]) => [
      batch,
      revision,
      BigInt(id as string),
      carrier,
      Number(day),
      ...rest,
    ]),
  ).toEqual(expected)
})

test('the file is told with its rows, size and digest, and is the only thing left in the folder', async () => {
  const to = target()
  const file = await write(to, [{ name: 'id', type: 'bigint' }], [[1n], [2n]], [], [[3n]])
  const bytes = fs.readFileSync(file.path)
  expect(file).toMatchObject({
    rows: 3,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  })
  expect(file.name).toMatch(/^shard-000012-[0-9a-f]{8}\.parquet$/)
  expect(fs.readdirSync(to.folder)).toEqual([file.name])
})

test('rows keep their order', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => [BigInt((i * 7_919) % 20_011)])
  const file = await write(
    target(),
    [{ name: 'id', type: 'bigint' }],
    rows.slice(0, 9_999),
    rows.slice(9_999),
  )
  const read = await duckdb(`SELECT id FROM read_parquet('${file.path}')`)
  expect(read.map(([id]) => BigInt(id as string))).toEqual(rows.map(([id]) => id))
})

test('two attempts at a shard write two files; one that is aborted leaves none', async () => {
  const to = target()
  const columns: Column[] = [{ name: 'id', type: 'bigint' }]
  const [one, two] = await Promise.all([write(to, columns, [[1n]]), write(to, columns, [[1n]])])
  const writer = await openParquetWriter(to, 12, columns)
  await writer.write(arrowBatch(columns, [[1n]]))
  await writer.abort()
  expect(fs.readdirSync(to.folder).sort()).toEqual([one.name, two.name].sort())
})

test('names with quotes and unicode are the file’s columns, in order', async () => {
  const columns: Column[] = [
    { name: `a "b"; ' ü`, type: 'bigint' },
    { name: 'c0', type: 'bigint' },
  ]
  const file = await write(target({ compression: 'snappy', version: 'v1' }), columns, [[1n, 2n]])
  expect(Object.keys((await readWithParquetjs(file.path))[0]!)).toEqual([
    'batch',
    'revision',
    `a "b"; ' ü`,
    'c0',
    'model_version',
    'run_id',
  ])
})

test('a folder that is not there is told as such', async () => {
  const to = target({ folder: path.join(temporaryFolder(), 'not', 'there') })
  await expect(write(to, [{ name: 'id', type: 'bigint' }], [[1n]])).rejects.toThrow(
    /not\/there.*\[SINK_PATH_FAILED\]/,
  )
})
