import {
  Binary,
  Bool,
  DateDay,
  Field,
  Float32,
  Int16,
  Int64,
  List,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
  type DataType,
} from 'apache-arrow'
import fc from 'fast-check'
import { takeRows } from '../../../activities/scoring/take-rows'
import { valueAt } from '../../../activities/scoring/value-at'

const list = (type: DataType): DataType => new List(new Field('item', type, true))

/** Arrow's builders take days and microseconds in milliseconds. */
const columns: readonly (readonly [string, DataType, fc.Arbitrary<unknown>])[] = [
  ['Bool', new Bool(), fc.boolean()],
  ['Int16', new Int16(), fc.integer({ min: -32_768, max: 32_767 })],
  ['Int64', new Int64(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  ['Float32', new Float32(), fc.float()],
  ['Utf8', new Utf8(), fc.string({ unit: 'grapheme' })],
  ['Binary', new Binary(), fc.uint8Array({ maxLength: 9 })],
  ['DateDay', new DateDay(), fc.integer({ min: -30_000, max: 30_000 }).map((day) => day * 86_400_000)],
  ['Timestamp', new TimestampMicrosecond(), fc.integer({ min: -1e12, max: 1e12 })],
  ['List<Float32>', list(new Float32()), fc.array(fc.float(), { maxLength: 4 })],
  ['List<Utf8>', list(new Utf8()), fc.array(fc.string(), { maxLength: 4 })],
]

test.each(columns)(
  'the taken rows of %s are the rows, of a slice too, nulls and all; below 0 they are null',
  (_, type, value) => {
    const cases = fc.array(fc.option(value), { minLength: 1, maxLength: 40 }).chain((values) =>
      fc.record({
        values: fc.constant(values),
        from: fc.nat(values.length - 1),
        picks: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        gaps: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ values, from, picks, gaps }) => {
        const data = vectorFromArray(values, type).data[0]!.slice(from, values.length - from)
        const rows = Int32Array.from(
          [...Array(data.length).keys()]
            .filter((row) => picks[row] || gaps[row])
            .map((row) => (gaps[row] ? -1 : row)),
        )
        const taken = takeRows(data, rows)
        expect(taken.length).toBe(rows.length)
        expect(Array.from(rows, (_row, i) => valueAt(taken, i))).toEqual(
          Array.from(rows, (row) => (row < 0 ? null : valueAt(data, row))),
        )
      }),
    )
  },
)
