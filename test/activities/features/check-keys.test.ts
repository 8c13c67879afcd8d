import { Float64, Int64, Utf8, type Data } from 'apache-arrow'
import { checkKeys } from '../../../activities/features/check-keys'
import { RowFaults } from '../../../activities/features/row-faults'
import type { Column } from '../../../schemas/column'
import { column, scannedBatch } from './scanned-batch'

interface Values {
  readonly type: Column['type']
  readonly data: Data
}

function faultsOf(keys: Readonly<Record<string, Values>>, carry: Readonly<Record<string, Values>> = {}) {
  const named = (values: typeof keys): Column[] =>
    Object.entries(values).map(([name, { type }]) => ({ name, type }))
  const data = (prefix: string, values: typeof keys) =>
    Object.fromEntries(Object.values(values).map((one, i) => [`${prefix}.${i}`, one.data]))
  const faults = new RowFaults()
  const batch = scannedBatch({ ...data('key', keys), ...data('carry', carry) })
  checkKeys(batch, named(keys), named(carry), faults)
  return faults.list().map(({ index, column: name, reason, detail }) => [index, name, reason, detail])
}

const text = (values: readonly unknown[], type: Column['type'] = 'text'): Values => ({
  type,
  data: column(new Utf8(), values),
})
const bigint = (values: readonly unknown[]): Values => ({ type: 'bigint', data: column(new Int64(), values) })

test('good keys have no faults', () => {
  expect(faultsOf({ id: bigint([1n, 2n]), name: text(['a', '']) }, { note: text([null, 'x']) })).toEqual([])
})

test('a null in any key column is a fault, in a carried one it is not', () => {
  expect(faultsOf({ id: bigint([1n, null]), name: text([null, 'b']) }, { note: text([null, null]) })).toEqual(
    [
      [0, 'name', 'KEY_NULL', 'null'],
      [1, 'id', 'KEY_NULL', 'null'],
    ],
  )
})

test('the key columns together may have 2,000 bytes, counted in UTF-8', () => {
  const texts = ['x'.repeat(1_992), 'x'.repeat(1_993), 'ü'.repeat(996), 'ü'.repeat(997)]
  expect(faultsOf({ id: bigint([1n, 2n, 3n, 4n]), name: text(texts) })).toEqual([
    [1, 'id, name', 'KEY_TOO_LONG', '2001 bytes; at most 2000'],
    [3, 'id, name', 'KEY_TOO_LONG', '2002 bytes; at most 2000'],
  ])
})

test('a carried text may be of any length', () => {
  expect(faultsOf({ id: bigint([1n]) }, { note: text(['x'.repeat(10_000_000)]) })).toEqual([])
})

test('NUL in a key or carried text is found in the row that has it', () => {
  const keys = text(['a', 'b\0', 'c', 'd'])
  const carry = text(['\0', 'b', null, 'ü\0x\0'])
  expect(faultsOf({ name: keys }, { note: carry })).toEqual([
    [0, 'note', 'TEXT_HAS_NUL', 'NUL after 0 bytes'],
    [1, 'name', 'TEXT_HAS_NUL', 'NUL after 1 bytes'],
    [3, 'note', 'TEXT_HAS_NUL', 'NUL after 2 bytes'],
  ])
})

test('jsonb refuses an escaped NUL, too, but not an escaped backslash before u0000', () => {
  const json = text(['{"a":"\\u0000"}', '{"a":"\\\\u0000"}', '{"a":"\\\\\\u0000"}'], 'jsonb')
  expect(faultsOf({ id: bigint([1n, 2n, 3n]) }, { note: json }).map(([row]) => row)).toEqual([0, 2])
})

test('numbers are not searched for NUL', () => {
  const zeros = { type: 'double precision', data: column(new Float64(), [0, 0]) } as const
  expect(faultsOf({ id: bigint([0n, 1n]) }, { x: zeros })).toEqual([])
})

test('of several faults a row has the first: null, then length, then NUL', () => {
  const long = `\0${'x'.repeat(3_000)}`
  expect(
    faultsOf({ a: text([null, long]), b: text([long, 'b']) }).map(([row, , reason]) => [row, reason]),
  ).toEqual([
    [0, 'KEY_NULL'],
    [1, 'KEY_TOO_LONG'],
  ])
})
