import fc from 'fast-check'
import { averagePrecision } from '../../../../activities/evaluation/stats/average-precision'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const of = (scores: readonly number[], labels: readonly number[]): number | null =>
  averagePrecision(scoreCounts.create(Float64Array.from(scores), Uint8Array.from(labels)))

test.each([
  ['perfect scores', [0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], 1],
  ['steps, not trapezoids', [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.5 * 1 + 0.5 * (2 / 3)],
  ['one score for all: the share of positives', [3, 3, 3, 3], [0, 1, 0, 0], 0.25],
  ['all positive', [0.1, 0.2], [1, 1], 1],
  ['none positive', [0.1, 0.2], [0, 0], 0],
  ['no row', [], [], null],
])('%s', (_, scores, labels, expected) => {
  expect(of(scores, labels)).toBe(expected)
})

test('stays above 0 and at most 1 where there is a positive', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(1)), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rows, (some) => {
      const found = of([5, ...some.map(([score]) => score)], [1, ...some.map(([, label]) => label)])
      expect(found).toBeGreaterThan(0)
      expect(found).toBeLessThanOrEqual(1)
    }),
  )
})
