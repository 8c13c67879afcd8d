import fc from 'fast-check'
import { rowSample, type RowSample } from '../../../../activities/evaluation/profiles/row-sample'

type Row = readonly [hash: bigint, value: number]

const sampleOf = (rows: readonly Row[], k = 100, share = 1, batch = 7): RowSample => {
  const sampler = rowSample.create(k, share, ['x'])
  for (let start = 0; start < rows.length; start += batch) {
    const part = rows.slice(start, start + batch)
    const values = Float64Array.from(part, ([, value]) => value)
    rowSample.add(
      sampler,
      BigUint64Array.from(part, ([hash]) => hash),
      new Map([['x', { values }]]),
    )
  }
  return rowSample.extract(sampler)
}

const rows = Array.from({ length: 500 }, (_, i): Row => [BigInt((i * 173) % 500) << 55n, i])

test('the k smallest hashes are kept with their values, in order', () => {
  const { hashes, columns } = sampleOf(rows, 20)
  expect([...hashes]).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i) << 55n))
  expect([...columns.get('x')!.values].map((i) => (i * 173) % 500)).toEqual(
    Array.from({ length: 20 }, (_, i) => i),
  )
})

test('hashes at and over the share are left out', () => {
  const half: Row[] = [
    [2n ** 63n, 1],
    [2n ** 63n - 1n, 2],
    [2n ** 64n - 1n, 3],
  ]
  expect([...sampleOf(half, 5, 0.5).columns.get('x')!.values]).toEqual([2])
})

test('what is missing stays missing, NaN and infinities stay, -0 becomes 0', () => {
  const sampler = rowSample.create(10, 1, ['x', 'gone'])
  const values = Float64Array.of(NaN, 1, Infinity, -0)
  rowSample.add(
    sampler,
    BigUint64Array.of(4n, 3n, 2n, 1n),
    new Map([['x', { values, validity: Uint8Array.of(0b1101) }]]),
  )
  const { columns } = rowSample.extract(sampler)
  expect(columns.get('x')).toEqual({
    values: Float64Array.of(0, Infinity, 0, NaN),
    validity: Uint8Array.of(0b1011),
  })
  expect(columns.get('gone')!.validity).toEqual(Uint8Array.of(0))
})

test('merged in any split and order, the sample is the same, also of keys that occur twice', () => {
  const row = fc.tuple(fc.bigInt({ min: 0n, max: 30n }), fc.constantFrom(1, 2, 3, NaN))
  fc.assert(
    fc.property(fc.array(row), fc.nat(30), fc.integer({ min: 1, max: 40 }), (list, cut, k) => {
      const parts = [sampleOf(list.slice(cut)), sampleOf(list.slice(0, cut))]
      expect(rowSample.merge(parts, k)).toEqual(rowSample.merge([sampleOf(list)], k))
    }),
  )
})

test('samples without one of the columns are not merged', () => {
  const other = { hashes: BigUint64Array.of(1n), columns: new Map() }
  expect(() => rowSample.merge([sampleOf(rows), other], 5)).toThrow('a sample of 1 rows has 0 of x')
})
