import fc from 'fast-check'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { rowSample, type RowSample } from '../../../../activities/evaluation/profiles/row-sample'
import { hasValue, type NumberColumn } from '../../../../activities/evaluation/stats/number-column'

type Row = readonly [hash: bigint, value: number, text?: string | null]

/** A batch of rows, its dictionary in the order in which texts occur. */
const columnsOf = (rows: readonly Row[]): Map<string, ProfileColumn> => {
  const dictionary = [...new Set(rows.flatMap(([, , text]) => text ?? []))]
  return new Map<string, ProfileColumn>([
    ['x', { values: Float64Array.from(rows, ([, value]) => value) }],
    ['t', { dictionary, codes: Int32Array.from(rows, ([, , text]) => dictionary.indexOf(text ?? '?')) }],
  ])
}
const sampleOf = (rows: readonly Row[], k = 100, share = 1, batch = 7): RowSample => {
  const sampler = rowSample.create(k, share)
  for (let start = 0; start < rows.length; start += batch) {
    const part = rows.slice(start, start + batch)
    rowSample.add(
      sampler,
      BigUint64Array.from(part, ([hash]) => hash),
      columnsOf(part),
    )
  }
  return rowSample.extract(sampler)
}
const numbersOf = ({ columns }: RowSample): number[] => {
  const column = columns.get('x')!
  if (!('values' in column)) throw new Error('texts')
  return [...column.values]
}

const rows = Array.from({ length: 500 }, (_, i): Row => [BigInt((i * 173) % 500) << 55n, i])

test('the k smallest hashes are kept with their values, in order', () => {
  const sample = sampleOf(rows, 20)
  expect([...sample.hashes]).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i) << 55n))
  expect(numbersOf(sample).map((i) => (i * 173) % 500)).toEqual(Array.from({ length: 20 }, (_, i) => i))
})

test('hashes at and over the share are left out', () => {
  const half: Row[] = [
    [2n ** 63n, 1],
    [2n ** 63n - 1n, 2],
    [2n ** 64n - 1n, 3],
  ]
  expect(numbersOf(sampleOf(half, 5, 0.5))).toEqual([2])
})

test('what is missing stays missing, NaN and infinities stay, -0 becomes 0', () => {
  const sampler = rowSample.create(10, 1)
  const values = Float64Array.of(NaN, 1, Infinity, -0)
  rowSample.add(
    sampler,
    BigUint64Array.of(4n, 3n, 2n, 1n),
    new Map([['x', { values, validity: Uint8Array.of(0b1101) }]]),
  )
  expect(rowSample.extract(sampler).columns.get('x')).toEqual({
    values: Float64Array.of(0, Infinity, 0, NaN),
    validity: Uint8Array.of(0b1011),
  })
})

test('nothing is lost or moved where there are more rows than room at first', () => {
  const sampler = rowSample.create(5000, 1)
  const validity = new Uint8Array(88).fill(0b1011_1011)
  for (let start = 0; start < 3500; start += 700) {
    const numbers = Array.from({ length: 700 }, (_, i) => start + i)
    const hashes = BigUint64Array.from(numbers, (i) => BigInt(i) << 50n)
    rowSample.add(sampler, hashes, new Map([['x', { values: Float64Array.from(numbers), validity }]]))
  }
  const isThere = (i: number): boolean => (i % 700) % 4 !== 2
  const found = rowSample.extract(sampler)
  expect(numbersOf(found)).toEqual(Array.from({ length: 3500 }, (_, i) => (isThere(i) ? i : 0)))
  const { validity: bits } = found.columns.get('x') as NumberColumn
  expect(Array.from({ length: 3500 }, (_, i) => hasValue(bits!, i))).toEqual(
    Array.from({ length: 3500 }, (_, i) => isThere(i)),
  )
})

test('texts are kept: those that occur, in order of code units, whatever dictionaries the batches had', () => {
  const sampler = rowSample.create(3, 1)
  const add = (dictionary: string[], codes: number[], ...hashes: bigint[]): void =>
    rowSample.add(
      sampler,
      BigUint64Array.from(hashes),
      new Map([['t', { dictionary, codes: Int32Array.from(codes) }]]),
    )
  add(['b', 'unused', 'é', 'a'], [0, 2, -1], 5n, 1n, 2n)
  add(['Z', 'b'], [1, 0], 9n, 3n)
  expect(rowSample.extract(sampler).columns.get('t')).toEqual({
    dictionary: ['Z', 'é'],
    codes: Int32Array.of(1, -1, 0),
  })
})

test('a column that comes later, goes, or changes its type is missing in the other rows', () => {
  const sampler = rowSample.create(10, 1)
  const number = { values: Float64Array.of(7) }
  const text = { dictionary: ['a'], codes: Int32Array.of(0) }
  const batches: [string, ProfileColumn][][] = [[['x', number]], [['t', text]], [['x', text]]]
  batches.forEach((batch, i) => rowSample.add(sampler, BigUint64Array.of(BigInt(i)), new Map(batch)))
  expect([...rowSample.extract(sampler).columns]).toEqual([
    ['t', { dictionary: ['a'], codes: Int32Array.of(-1, 0, -1) }],
    ['x', { values: Float64Array.of(7, 0, 0), validity: Uint8Array.of(0b001) }],
  ])
})

test('merged in any split and order, the sample is the same, also of keys that occur twice', () => {
  const row = fc.tuple(
    fc.bigInt({ min: 0n, max: 30n }),
    fc.constantFrom(1, 2, 3, NaN),
    fc.constantFrom(null, 'a', 'b', 'B', 'é', ''),
  )
  fc.assert(
    fc.property(fc.array(row), fc.nat(30), fc.integer({ min: 1, max: 40 }), (list, cut, k) => {
      const parts = [sampleOf(list.slice(cut)), sampleOf(list.slice(0, cut))]
      expect(rowSample.merge(parts, k)).toEqual(rowSample.merge([sampleOf(list)], k))
    }),
  )
})

test('merged a part at a time, only k rows are held and the sample is the same', () => {
  const parts = [rows.slice(0, 100), rows.slice(100, 350), rows.slice(350)].map((part) => sampleOf(part, 50))
  const stepwise = parts.reduce((merged, part) => rowSample.merge([part, merged], 50))
  expect(stepwise).toEqual(rowSample.merge(parts, 50))
})

test('a sample without rows says nothing of columns; one with rows must have those of the others', () => {
  const empty = { hashes: new BigUint64Array(), columns: new Map() }
  expect(rowSample.merge([empty, sampleOf(rows, 20)], 20)).toEqual(sampleOf(rows, 20))
  expect([...rowSample.merge([sampleOf([]), empty], 20).columns.keys()]).toEqual([])
  const other = { hashes: BigUint64Array.of(1n), columns: new Map() }
  expect(() => rowSample.merge([sampleOf(rows), other], 5)).toThrow('a sample of 1 rows has 0 of t')
})
