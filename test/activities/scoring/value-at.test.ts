import {
  Binary,
  Bool,
  Data,
  DateDay,
  Field,
  Int64,
  List,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
  type DataType,
} from 'apache-arrow'
import { valueAt } from '../../../activities/scoring/value-at'

const of = (type: DataType, values: readonly unknown[]): Data => vectorFromArray(values, type).data[0]!
const stored = (type: DataType, values: BigInt64Array | Int32Array): Data =>
  new Data(type, 0, values.length, 0, [undefined, values])

test('values are what they are: bigint whole, text in any script, null where null', () => {
  expect(valueAt(of(new Int64(), [2n ** 63n - 1n]), 0)).toBe(2n ** 63n - 1n)
  expect(valueAt(of(new Utf8(), ['a', 'Zürich 😀']), 1)).toBe('Zürich 😀')
  expect(valueAt(of(new Bool(), [false, true]), 1)).toBe(true)
  expect(valueAt(of(new Utf8(), ['a', null]), 1)).toBeNull()
})

test('bytes are hexadecimal, as Postgres shows them', () => {
  expect(valueAt(of(new Binary(), [Uint8Array.of(0, 255)]), 0)).toBe('\\x00ff')
})

test('lists are arrays', () => {
  const list = of(new List(new Field('item', new Utf8(), true)), [['a'], ['b', null]])
  expect(valueAt(list, 1)).toEqual(['b', null])
})

test('dates, times and timestamps are ISO text to the microsecond, before 1970 too', () => {
  const micros = new BigInt64Array([1_372_896_000_123_456n, -1n])
  expect(valueAt(stored(new DateDay(), Int32Array.of(15_890)), 0)).toBe('2013-07-04')
  expect(valueAt(stored(new DateDay(), Int32Array.of(-1)), 0)).toBe('1969-12-31')
  expect(valueAt(stored(new TimestampMicrosecond('UTC'), micros), 0)).toBe('2013-07-04T00:00:00.123456Z')
  expect(valueAt(stored(new TimestampMicrosecond(), micros), 1)).toBe('1969-12-31T23:59:59.999999')
  expect(valueAt(stored(new TimeMicrosecond(), new BigInt64Array([3_723_000_001n])), 0)).toBe(
    '01:02:03.000001',
  )
})

test('a time beyond the calendar is told as a number', () => {
  const infinity = stored(new TimestampMicrosecond(), new BigInt64Array([2n ** 63n - 1n]))
  expect(valueAt(infinity, 0)).toBe('9223372036854775807 microseconds since 1970')
})
