import fc from 'fast-check'
import { resolveLabels, type LabelArrival } from '../../../../activities/evaluation/accuracy/resolve-labels'

const arrived = (arrival: number, ...rows: readonly (readonly [string, number])[]): LabelArrival => ({
  keys: rows.map(([key]) => key),
  labels: Float64Array.from(rows, ([, label]) => label),
  arrival,
})

test('the latest by arrival wins, whichever is read first', () => {
  const found = resolveLabels(['a', 'b'], [arrived(2, ['a', 1]), arrived(1, ['a', 0], ['b', 0])])
  expect([...found.labels]).toEqual([1, 0])
  expect([...found.arrivals]).toEqual([2, 1])
  expect(found).toMatchObject({ labelled: 2, conflicts: 1, undecided: 0, repeatedRows: 1, received: 3 })
})

test('a label that comes twice and is the same is no conflict', () => {
  const found = resolveLabels(['a'], [arrived(1, ['a', 1], ['a', 1]), arrived(2, ['a', 1])])
  expect(found).toMatchObject({ labelled: 1, conflicts: 0, repeatedRows: 2 })
})

test('labels that differ within one arrival are undecided: the larger is taken, until a later one decides', () => {
  const both = arrived(5, ['a', 0], ['a', 1])
  expect(resolveLabels(['a'], [both])).toMatchObject({ conflicts: 1, undecided: 1 })
  expect([...resolveLabels(['a'], [both]).labels]).toEqual([1])
  const later = resolveLabels(['a'], [both, arrived(6, ['a', 0])])
  expect([...later.labels]).toEqual([0])
  expect(later).toMatchObject({ conflicts: 1, undecided: 0 })
})

test('unknown keys are counted, as rows and as keys, hashes like texts', () => {
  const texts = resolveLabels(['a'], [arrived(1, ['x', 1], ['y', 0]), arrived(2, ['x', 1], ['a', 1])])
  expect(texts).toMatchObject({ unknownRows: 3, unknownKeys: 2, labelled: 1 })
  const hashes = BigUint64Array.from({ length: 5000 }, (_, i) => BigInt(i % 3000) + 7n)
  const found = resolveLabels(BigUint64Array.of(1n), [
    { keys: hashes, labels: new Float64Array(5000), arrival: 1 },
  ])
  expect(found).toMatchObject({ unknownRows: 5000, unknownKeys: 3000, labelled: 0 })
})

test('an empty label says nothing and is counted', () => {
  const found = resolveLabels(['a'], [arrived(1, ['a', 1]), arrived(2, ['a', NaN], ['x', NaN])])
  expect(found).toMatchObject({ labelled: 1, emptyRows: 2, unknownRows: 0 })
  expect([...found.labels]).toEqual([1])
})

test('the row of a repeated scored key gets no label', () => {
  const found = resolveLabels(['a', 'a'], [arrived(1, ['a', 1])])
  expect([...found.labels]).toEqual([1, NaN])
  expect(found.repeatedKeys).toBe(1)
})

test('columns of unequal length are refused', () => {
  expect(() => resolveLabels(['a'], [{ keys: ['a'], labels: new Float64Array(2), arrival: 1 }])).toThrow(
    'there are 1 keys, 2 labels and 1 arrivals',
  )
})

const row = fc.tuple(fc.nat(12), fc.constantFrom(0, 1, 2, NaN), fc.nat(4))
type Row = readonly [key: number, label: number, arrival: number]
const asHashes = (rows: readonly Row[]): LabelArrival => ({
  keys: BigUint64Array.from(rows, ([key]) => BigInt(key)),
  labels: Float64Array.from(rows, ([, label]) => label),
  arrival: Float64Array.from(rows, ([, , arrival]) => arrival),
})
const scored = BigUint64Array.from({ length: 8 }, (_, i) => BigInt(i))

test('any order and any split of the labels resolves to the same', () => {
  const orders = fc
    .array(row, { maxLength: 40 })
    .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })))
  fc.assert(
    fc.property(orders, fc.nat(40), ([rows, shuffled], cut) => {
      const parts = [asHashes(shuffled.slice(0, cut)), asHashes(shuffled.slice(cut))]
      expect(resolveLabels(scored, parts)).toEqual(resolveLabels(scored, [asHashes(rows)]))
    }),
  )
})

test('is what the rule says when written down plainly', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const found = resolveLabels(scored, [asHashes(rows)])
      const ofKey = (key: number) => rows.filter(([k, label]) => k === key && !Number.isNaN(label))
      const keys = [0, 1, 2, 3, 4, 5, 6, 7]
      const latest = keys.map((key) => {
        const last = Math.max(...ofKey(key).map(([, , arrival]) => arrival))
        return ofKey(key).filter(([, , arrival]) => arrival === last).map(([, label]) => label) // prettier-ignore
      })
      expect([...found.labels]).toEqual(latest.map((some) => (some.length > 0 ? Math.max(...some) : NaN)))
      expect(found.undecided).toBe(latest.filter((some) => new Set(some).size > 1).length)
      expect(found.conflicts).toBe(keys.filter((key) => new Set(ofKey(key).map(([, label]) => label)).size > 1).length) // prettier-ignore
      const unknown = rows.filter(([key, label]) => key > 7 && !Number.isNaN(label))
      expect([found.unknownRows, found.unknownKeys]).toEqual([unknown.length, new Set(unknown.map(([key]) => key)).size]) // prettier-ignore
    }),
  )
})
