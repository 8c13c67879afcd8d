import fc from 'fast-check'
import { delongInterval } from '../../../../activities/evaluation/stats/delong-interval'
import { scoreCounts, type ScoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const count = (scores: readonly number[], labels: readonly number[]): ScoreCounts =>
  scoreCounts.create(Float64Array.from(scores), Uint8Array.from(labels))

test('two rows of each class, one pair lost: the variance by hand', () => {
  const interval = delongInterval(count([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))
  // V10 = [1/2, 1], V01 = [1, 1/2]: variances 1/8 and 1/8, each over 2 rows
  expect(interval?.auc).toBe(0.75)
  expect(interval?.standardError).toBeCloseTo(Math.sqrt(1 / 8), 14)
  expect(interval?.lower).toBeCloseTo(0.75 - 1.959963984540054 * Math.sqrt(1 / 8), 14)
  expect(interval?.upper).toBe(1)
})

test('ties count half on both sides', () => {
  // V10 = [3/4, 3/4] and V01 = [1, 1/2]: only the negatives differ, with variance 1/8 over 2 rows
  const interval = delongInterval(count([1, 2, 2, 2], [0, 0, 1, 1]))
  expect(interval?.auc).toBe(0.75)
  expect(interval?.standardError).toBeCloseTo(Math.sqrt(1 / 16), 14)
})

test.each([
  ['no row', [], []],
  ['one positive', [1, 2, 3], [1, 0, 0]],
  ['one negative', [1, 2, 3], [1, 1, 0]],
])('there is none with %s', (_, scores, labels) => {
  expect(delongInterval(count(scores, labels))).toBeNull()
})

test('perfectly parted classes give a point', () => {
  expect(delongInterval(count([1, 2, 3, 4], [0, 0, 1, 1]))).toEqual({
    auc: 1,
    standardError: 0,
    lower: 1,
    upper: 1,
  })
})

test('holds the AUC, stays in [0, 1], and widens with the level', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.nat(1)), { minLength: 4, maxLength: 60 })
  fc.assert(
    fc.property(rows, (some) => {
      const counts = count(
        some.map(([score]) => score),
        some.map(([, label]) => label),
      )
      const [narrow, wide] = [delongInterval(counts, 0.8), delongInterval(counts)]
      if (narrow === null || wide === null) return
      expect(0 <= wide.lower && wide.lower <= narrow.lower && narrow.lower <= narrow.auc).toBe(true)
      expect(narrow.auc <= narrow.upper && narrow.upper <= wide.upper && wide.upper <= 1).toBe(true)
    }),
  )
})

test('holds the true AUC in about 95 of 100 samples', () => {
  let state = 42
  const uniform = (): number => (state = Math.imul(state, 1664525) + 1013904223) / 2 ** 32 + 0.5
  let held = 0
  for (let sample = 0; sample < 400; sample++) {
    const labels = Array.from({ length: 120 }, (_, i) => i % 2)
    // positives on [0.5, 1.5], negatives on [0, 1]: a positive loses with probability 1/8
    const interval = delongInterval(
      count(
        labels.map((label) => uniform() + label / 2),
        labels,
      ),
    )
    if (interval !== null && interval.lower <= 7 / 8 && 7 / 8 <= interval.upper) held++
  }
  expect(held / 400).toBeGreaterThan(0.92)
  expect(held / 400).toBeLessThan(0.98)
})
