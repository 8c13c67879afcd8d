import fc from 'fast-check'
import { isotonic } from '../../../../activities/evaluation/stats/isotonic'
import { scoreCounts, type ScoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const count = (scores: readonly number[], labels: readonly number[]): ScoreCounts =>
  scoreCounts.create(Float64Array.from(scores), Uint8Array.from(labels))

test('neighbours in the wrong order are pooled, points inside a level stretch are dropped', () => {
  expect(isotonic.fit(count([0.1, 0.2, 0.3, 0.4, 0.5], [0, 1, 0, 0, 1]))).toEqual({
    scores: Float64Array.of(0.1, 0.2, 0.4, 0.5),
    shares: Float64Array.of(0, 1 / 3, 1 / 3, 1),
  })
})

test('rows of one score are one point of their weight', () => {
  const fit = isotonic.fit(count([0.2, 0.2, 0.2, 0.8], [1, 1, 0, 0]))
  expect(fit).toEqual({ scores: Float64Array.of(0.2, 0.8), shares: Float64Array.of(0.5, 0.5) })
})

test('neighbours of equal share are one stretch', () => {
  expect(isotonic.fit(count([0.1, 0.1, 0.2, 0.2, 0.3, 0.3], [0, 1, 0, 1, 0, 1]))?.scores).toEqual(
    Float64Array.of(0.1, 0.3),
  )
})

test('rounding does not lead above the point on the right', () => {
  const fit = isotonic.fit(count([0, ...new Array<number>(8).fill(1 / 30), 2 / 30], [0, 1, 1, 1, 1, 1, 1, 1, 0, 0]))! // prettier-ignore
  expect([...isotonic.apply(fit, fit.scores)]).toEqual([0, 7 / 9, 7 / 9])
})

test('is linear between points and level outside of them', () => {
  const fit = isotonic.fit(count([0.25, 0.75], [0, 1]))!
  const values = Float64Array.of(-Infinity, 0, 0.25, 0.375, 0.5, 0.75, 1, Infinity, NaN)
  expect([...isotonic.apply(fit, values)]).toEqual([0, 0, 0, 0.25, 0.5, 1, 1, 1, NaN])
})

test('one score maps everything to its share, no row gives no fit', () => {
  const fit = isotonic.fit(count([0.5, 0.5], [0, 1]))!
  expect([...isotonic.apply(fit, Float64Array.of(0, 0.5, 1))]).toEqual([0.5, 0.5, 0.5])
  expect(isotonic.fit(count([], []))).toBeNull()
  expect(isotonic.fit(count([Infinity, -Infinity], [1, 0]))).toBeNull()
})

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.nat(1)), { minLength: 1, maxLength: 60 })
const scored = (some: readonly (readonly [number, number])[]): ScoreCounts =>
  count(
    some.map(([score]) => score / 30),
    some.map(([, label]) => label),
  )

test('never falls, stays in [0, 1], and keeps the number of positives', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const counts = scored(some)
      const shares = isotonic.apply(isotonic.fit(counts)!, counts.scores)
      let expected = 0
      shares.forEach((share, k) => {
        expect(share >= 0 && share <= 1).toBe(true)
        if (k > 0) expect(share).toBeGreaterThanOrEqual(shares[k - 1]!)
        expected += share * (counts.positives[k]! + counts.negatives[k]!)
      })
      expect(expected).toBeCloseTo(scoreCounts.totals(counts).positives, 10)
    }),
  )
})

test('no other never falling map is closer: the min-max formula gives the same', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const counts = scored(some)
      const shares = isotonic.apply(isotonic.fit(counts)!, counts.scores)
      const share = (from: number, to: number): number => {
        const part = { positives: counts.positives.subarray(from, to), negatives: counts.negatives.subarray(from, to) } // prettier-ignore
        const { positives, negatives } = scoreCounts.totals(part)
        return positives / (positives + negatives)
      }
      const { length } = counts.scores
      shares.forEach((found, k) => {
        const lowest = Array.from({ length: k + 1 }, (_, from) =>
          Math.min(...Array.from({ length: length - k }, (_none, beyond) => share(from, k + beyond + 1))),
        )
        expect(found).toBeCloseTo(Math.max(...lowest), 12)
      })
    }),
    { numRuns: 40 },
  )
})
