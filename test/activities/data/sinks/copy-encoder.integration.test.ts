import fc from 'fast-check'
import { Client } from 'pg'
import { CopyEncoder } from '../../../../activities/data/sinks/copy-encoder'
import { CopyStream } from '../../../../activities/data/sinks/copy-stream'
import type { Column, ColumnType } from '../../../../schemas/column'
import { freshDatabase } from '../../../stack'
import { arrowBatch, type TestValue } from './arrow-batch'

let client: Client

beforeAll(async () => {
  client = new Client({ connectionString: await freshDatabase({ migrated: false }) })
  await client.connect()
  await client.query("SET TimeZone = 'UTC'; SET extra_float_digits = 1; SET bytea_output = 'hex'")
})
afterAll(() => client.end())

/** Writes the rows by binary COPY and returns what Postgres prints for one SQL expression a column. */
async function roundTrip(
  columns: readonly Column[],
  rows: readonly (readonly TestValue[])[],
  shown: readonly string[],
): Promise<(string | null)[][]> {
  const names = columns.map(({ name }) => `"${name}"`)
  const definitions = columns.map(({ type }, i) => `${names[i]} ${type}`)
  await client.query(`DROP TABLE IF EXISTS t; CREATE TABLE t (n serial, ${definitions.join(', ')})`)
  const copy = new CopyStream(client, `COPY t (${names.join(', ')}) FROM STDIN (FORMAT binary)`)
  await copy.write(new CopyEncoder(columns).encode(arrowBatch(columns, rows)))
  expect(await copy.finish()).toBe(rows.length)
  const { rows: found } = await client.query<(string | null)[]>({
    text: `SELECT ${shown.map((sql) => `(${sql})::text`).join(', ')} FROM t ORDER BY n`,
    rowMode: 'array',
  })
  return found
}

/** How values of one type are made, shown by Postgres, and read from what it shows. */
interface Case<T extends TestValue = TestValue> {
  readonly values: fc.Arbitrary<T>
  readonly shown: string
  /** The value and what is read must be equal after these. */
  expected(value: T): unknown
  read(shown: string): unknown
}

const asText = (value: TestValue) => String(value)
const same = <T>(value: T) => value
const scalar = <T extends TestValue>(
  values: fc.Arbitrary<T>,
  shown = 'v',
  expected: (value: T) => unknown = asText,
): Case<T> => ({ values, shown, expected, read: same })
const float = (values: fc.Arbitrary<number>): Case<number> => ({
  values,
  shown: 'v::double precision',
  expected: same,
  read: Number,
})

/** Elements as JSON strings: exact, and null apart from "null". */
const list = <T extends TestValue>(
  values: fc.Arbitrary<T>,
  expected: (value: T) => unknown = asText,
  read: (shown: string) => unknown = same,
  through = '',
): Case<(T | null)[]> => ({
  values: fc.array(fc.option(values, { freq: 4 }), { maxLength: 5 }),
  shown: `array_to_json(v${through}::text[])`,
  expected: (items) => items.map((item) => (item === null ? null : expected(item))),
  read: (shown) =>
    (JSON.parse(shown) as (string | null)[]).map((item) => (item === null ? null : read(item))),
})

const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((value) => !value.includes('\0'))
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('0', '0', '0', '1', '2', '5', '8', '9'), minLength: 1, maxLength })
const numeric = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.constantFrom('', '1', '90'),
    digits(60),
    fc.option(digits(60), { nil: undefined }),
  )
  .map(
    ([sign, first, whole, fraction]) =>
      `${sign}${(first + whole).replace(/^0+(?=.)/, '')}${fraction === undefined ? '' : `.${fraction}`}`,
  )
  .map((value) => (/[1-9]/.test(value) ? value : value.replace('-', '')))
/** Microseconds since 1970 that Postgres can hold, and Arrow: the largest is infinity. */
const microseconds = fc.bigInt({
  min: -210_866_803_200_000_000n,
  max: 2n ** 63n - 2n,
})
const sinceEpoch = 'trunc(extract(epoch from v) * 1000000)'

const cases: { readonly [T in ColumnType]: Case } = {
  boolean: scalar(fc.boolean()),
  smallint: scalar(fc.integer({ min: -32768, max: 32767 })),
  integer: scalar(int32),
  bigint: scalar(int64),
  numeric: scalar(
    fc.oneof(
      numeric,
      fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '0.000', '10000', '0.0001', '9999.00010000'),
    ),
  ),
  real: float(fc.float()),
  'double precision': float(fc.double()),
  text: scalar(text),
  date: scalar(fc.integer({ min: -2_440_588, max: 2_145_042_905 }), "v - date '1970-01-01'"),
  time: scalar(fc.bigInt({ min: 0n, max: 86_400_000_000n }), sinceEpoch),
  timestamp: scalar(microseconds, sinceEpoch),
  timestamptz: scalar(microseconds, sinceEpoch),
  uuid: scalar(fc.uuid()),
  bytea: scalar(fc.uint8Array({ maxLength: 60 }), "encode(v, 'hex')", (value) =>
    Buffer.from(value).toString('hex'),
  ),
  jsonb: {
    values: fc.json({ maxDepth: 2 }).filter((value) => !value.includes('\\u0000')),
    shown: 'v',
    expected: (value: string) => JSON.parse(value) as unknown,
    read: (shown) => JSON.parse(shown) as unknown,
  },
  'boolean[]': list(fc.boolean()),
  'integer[]': list(int32),
  'bigint[]': list(int64),
  'real[]': list(fc.float(), same, Number, '::double precision[]'),
  'double precision[]': list(fc.double(), same, Number),
  'text[]': list(text),
}

test.each(Object.entries(cases))(
  'every %s and null arrives in Postgres as it is',
  async (type, column: Case) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(column.values, { freq: 4 }), { minLength: 1, maxLength: 100 }),
        async (values) => {
          const found = await roundTrip(
            [{ name: 'v', type: type as ColumnType }],
            values.map((value) => [value]),
            [column.shown],
          )
          expect(found.map(([shown]) => (shown === null ? null : column.read(shown!)))).toEqual(
            values.map((value) => (value === null ? null : column.expected(value))),
          )
        },
      ),
      { numRuns: 25 },
    )
  },
)

test('columns of all types, nulls among them, stand in one tuple in their order', async () => {
  const types = Object.entries(cases) as [ColumnType, Case][]
  const columns = types.map(([type], i) => ({ name: `a "b";${i} ß`, type }))
  const row = fc.tuple(...types.map(([, { values }]) => fc.option(values, { freq: 3 })))
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (rows) => {
      const shown = types.map(([, { shown: sql }], i) =>
        sql.replaceAll(/\bv\b/g, `"${columns[i]!.name.replaceAll('"', '""')}"`),
      )
      const named = columns.map(({ name, type }) => ({ name: name.replaceAll('"', '""'), type }))
      const found = await roundTrip(named, rows, shown)
      expect(
        found.map((values) => values.map((value, i) => (value === null ? null : types[i]![1].read(value)))),
      ).toEqual(
        rows.map((values) =>
          values.map((value, i) => (value === null ? null : types[i]![1].expected(value as never))),
        ),
      )
    }),
    { numRuns: 20 },
  )
})

test('DuckDB’s infinite dates and timestamps are Postgres’s', async () => {
  const columns: Column[] = [
    { name: 'd', type: 'date' },
    { name: 't', type: 'timestamp' },
    { name: 'z', type: 'timestamptz' },
  ]
  const [day, moment] = [2 ** 31 - 1, 2n ** 63n - 1n]
  const found = await roundTrip(
    columns,
    [
      [day, moment, moment],
      [-day, -moment, -moment],
    ],
    ['d', 't', 'z'],
  )
  expect(found).toEqual([
    ['infinity', 'infinity', 'infinity'],
    ['-infinity', '-infinity', '-infinity'],
  ])
})

test.each<[ColumnType, TestValue]>([
  ['date', 2_145_042_906],
  ['date', -2_440_589],
  ['timestamp', -210_866_803_200_000_001n],
  ['timestamptz', -210_866_803_200_000_001n],
  ['uuid', '6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0e1'],
  ['uuid', '6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0eXX'],
  ['numeric', '1e5'],
  ['numeric', ''],
])('a %s that Postgres cannot hold (%s) is refused with the column’s name', (type, value) => {
  const column: Column = { name: 'when', type }
  expect(() => new CopyEncoder([column]).encode(arrowBatch([column], [[value]]))).toThrow(
    /column "when".*\[VALUE_NOT_STORABLE\]/,
  )
})

test('a vector of another form than the column’s is refused, not misread', () => {
  const batch = arrowBatch([{ name: 'v', type: 'bigint' }], [[1n]])
  expect(() => new CopyEncoder([{ name: 'v', type: 'integer' }]).encode(batch)).toThrow(
    /"v" \(integer\) came as Int/,
  )
})
