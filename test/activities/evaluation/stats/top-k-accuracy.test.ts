import fc from 'fast-check'
import { topKAccuracy, type TopKCounts } from '../../../../activities/evaluation/stats/top-k-accuracy'

const of = (rows: readonly (readonly number[])[], labels: readonly number[], k: number): TopKCounts =>
  topKAccuracy.add(
    topKAccuracy.create(),
    Float64Array.from(rows.flat()),
    rows[0]?.length ?? 3,
    Int32Array.from(labels),
    k,
  )

test('counts the rows whose label is among the k most probable', () => {
  const rows = [[0.5, 0.2, 0.3], [0.5, 0.2, 0.3], [0.5, 0.2, 0.3]] // prettier-ignore
  const found = [1, 2, 3].map((k) => topKAccuracy.extract(of(rows, [0, 2, 1], k)))
  expect(found).toEqual([1 / 3, 2 / 3, 1])
})

test('of equal probabilities the higher code is the higher one', () => {
  const tied = [0.25, 0.25, 0.25, 0.25]
  expect([0, 1, 2, 3].map((label) => of([tied], [label], 2).hits)).toEqual([0, 0, 1, 1])
})

test('rows with a NaN are left out; without rows there is no share', () => {
  expect(of([[NaN, 1, 0], [0, 1, 0]], [1, 1], 1)).toEqual({ hits: 1, rows: 1 }) // prettier-ignore
  expect(topKAccuracy.extract(of([[NaN, NaN, NaN]], [0], 3))).toBeNull()
})

test('never falls with k, is 1 with all classes, and merges', () => {
  const rows = fc.array(
    fc.tuple(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 }), fc.nat(3)),
    { minLength: 2, maxLength: 30 },
  )
  fc.assert(
    fc.property(rows, (some) => {
      const [probabilities, labels] = [some.map(([p]) => p), some.map(([, label]) => label)]
      const hits = [1, 2, 3, 4].map((k) => of(probabilities, labels, k).hits)
      expect(hits).toEqual([...hits].sort((a, b) => a - b))
      expect(hits[3]).toBe(some.length)
      const parts = topKAccuracy.merge(
        of(probabilities.slice(0, 1), labels.slice(0, 1), 2),
        of(probabilities.slice(1), labels.slice(1), 2),
      )
      expect(parts).toEqual(of(probabilities, labels, 2))
    }),
  )
})
