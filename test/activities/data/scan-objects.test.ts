import { scanObjects } from '../../../activities/data/scan-objects'
import { jobOf, modelOf, valuesOf, type ReadOptions } from '../../contracts/read-source'

type Rows = readonly Readonly<Record<string, unknown>>[]

async function scan(rows: Rows, more: Partial<ReadOptions>): Promise<unknown[][]> {
  const options = {
    folder: '/',
    stagingFolder: '/',
    source: { parquet: 'x', where: 'no_such_column' },
    ...more,
  }
  const { manifest, signature } = modelOf(options)
  const scanned = await scanObjects({ rows, job: jobOf(options), batch: '2013-07-04', manifest, signature })
  expect(scanned.scan).toMatchObject({ keys: [], carry: [], where: null })
  return manifest.features.map((_, i) => valuesOf(scanned.batches, `feature.${i}`))
}

const number = (name: string) => ({ name, type: 'number' })

test('rows pass through the job’s expressions and the conversions, in order', async () => {
  const model = [number('hour'), { name: 'carrier', type: 'category', categories: ['AA', 'B6'] }]
  const features = { hour: "extract(hour from scheduled_at) + datediff('day', $batch::date, day)" }
  const rows = [
    { scheduled_at: '2013-07-04 05:30:00', day: '2013-07-04', carrier: 'B6' },
    { scheduled_at: '2013-07-05T23:00:00', day: '2013-07-06', carrier: 'ZZ' },
    { carrier: null },
  ]
  expect(await scan(rows, { model, features })).toEqual([
    [5, 25, null],
    [1, -1, null],
  ])
})

test('text that looks like a date is text where an expression needs text', async () => {
  const rows = [{ day: '2013-07-04' }]
  expect(await scan(rows, { model: [number('x')], features: { x: 'substr(day, 6, 2)::integer' } })).toEqual([
    [7],
  ])
  expect(await scan(rows, { model: [number('x')], features: { x: 'extract(month from day)' } })).toEqual([
    [7],
  ])
})

test('numbers, booleans, lists and bigints keep their values', async () => {
  const model = [number('n'), { name: 'l', type: 'list', length: 2 }, number('b'), number('i')]
  const rows = [
    { n: 1.5, l: [1, 2.5], b: true, i: 9007199254740993n },
    { n: 2, l: [3, null], b: false, i: 1 },
  ]
  expect(await scan(rows, { model, elementType: 'float64' })).toEqual([
    [1.5, 2],
    [
      [1, 2.5],
      [3, null],
    ],
    [1, 0],
    [9007199254740992, 1],
  ])
})

test('a column that is in no row is missing, named with the nearest', () =>
  expect(scan([{ tmp: 1 }], { model: [number('temp')] })).rejects.toThrow(
    /no column "temp".*nearest is "tmp".*\[COLUMN_MISSING\]/,
  ))

test('a column of nulls only is there', async () => {
  expect(await scan([{ temp: null }], { model: [number('temp')] })).toEqual([[null]])
})

test('no rows make no batches', async () => {
  expect(await scan([], { model: [number('x')], features: { x: '1' } })).toEqual([[]])
})

test('text with quotes, NUL and unicode is data, never SQL', async () => {
  const texts = ["it's'); DROP TABLE x; --", 'a\0b', 'größe ☃ "quoted" \\ '] as const
  const model = [{ name: 'we\'i"rd', type: 'text' }]
  const rows = texts.map((text) => ({ 'we\'i"rd': text }))
  expect(await scan(rows, { model, elementType: 'string' })).toEqual([[...texts]])
})

test.each([[{ a: 1, A: 2 }], [{ file_row_number: 1 }]])(
  'names that DuckDB cannot tell apart are refused: %j',
  (row) => expect(scan([row], { model: [number('a')] })).rejects.toMatchObject({ code: 'INPUT_INVALID' }),
)

test('an expression that fails on a row is named', () =>
  expect(scan([{ v: 'abc' }], { model: [number('x')], features: { x: 'v::integer' } })).rejects.toThrow(
    /feature "x": v::integer.*\[EXPRESSION_INVALID\]/,
  ))
