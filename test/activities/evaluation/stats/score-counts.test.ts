import fc from 'fast-check'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const rows = fc.array(
  fc.record({ score: fc.oneof(fc.double(), fc.integer({ min: -3, max: 3 })), label: fc.nat(1) }),
  { maxLength: 60 },
)
type Rows = readonly { score: number; label: number }[]
const count = (some: Rows) =>
  scoreCounts.create(
    Float64Array.from(some, (row) => row.score),
    Uint8Array.from(some, (row) => row.label),
  )

test('rows of one score are one entry, in ascending order; rows with NaN are left out, -0 is 0', () => {
  const scores = Float64Array.of(0.5, Infinity, -0, NaN, 0, 0.5, -Infinity, 0.5)
  expect(scoreCounts.create(scores, Uint8Array.of(1, 0, 1, 1, 0, 0, 1, 1))).toEqual({
    scores: Float64Array.of(-Infinity, 0, 0.5, Infinity),
    positives: Uint32Array.of(1, 1, 2, 0),
    negatives: Uint32Array.of(0, 1, 1, 1),
  })
})

test('float32 scores are widened exactly', () => {
  const { scores } = scoreCounts.create(Float32Array.of(0.1), Uint8Array.of(0))
  expect([...scores]).toEqual([0.10000000149011612])
})

test('counts are those of counting row by row', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const kept = some.filter((row) => !Number.isNaN(row.score))
      const counts = count(some)
      expect([...counts.scores]).toEqual([...new Set(kept.map((row) => row.score + 0))].sort((a, b) => a - b))
      counts.scores.forEach((score, k) => {
        const same = kept.filter((row) => row.score === score)
        expect(counts.positives[k]).toBe(same.filter((row) => row.label === 1).length)
        expect(counts.negatives[k]).toBe(same.filter((row) => row.label === 0).length)
      })
    }),
  )
})

test('merged parts are the whole, in any split and order', () => {
  fc.assert(
    fc.property(fc.array(rows, { maxLength: 7 }), (parts) => {
      const whole = count(parts.flat())
      expect(scoreCounts.merge(parts.map(count))).toEqual(whole)
      expect(scoreCounts.merge(parts.map(count).reverse())).toEqual(whole)
    }),
  )
})

test('a class against the rest takes its column of the probabilities', () => {
  const probabilities = Float64Array.of(0.2, 0.8, 0.6, 0.4, 0.8, 0.2)
  expect(scoreCounts.ofClass(probabilities, 2, 0, Int32Array.of(1, 0, 0))).toEqual(
    scoreCounts.create(Float64Array.of(0.2, 0.6, 0.8), Uint8Array.of(0, 1, 1)),
  )
})

test('reweighed by how often each row was drawn, rows in order of score and positives first', () => {
  const counts = scoreCounts.create(Float64Array.of(0.7, 0.1, 0.7, 0.7), Uint8Array.of(0, 1, 1, 0))
  const drawn = scoreCounts.reweigh(counts, Uint8Array.of(2, 0, 1, 5))
  expect(drawn).toEqual({
    scores: Float64Array.of(0.1, 0.7),
    positives: Uint32Array.of(2, 0),
    negatives: Uint32Array.of(0, 6),
  })
  expect(scoreCounts.totals(drawn)).toEqual({ positives: 2, negatives: 6 })
})

test('reweighed with ones they stay as they are', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const counts = count(some)
      expect(scoreCounts.reweigh(counts, new Uint8Array(some.length).fill(1))).toEqual(counts)
    }),
  )
})
