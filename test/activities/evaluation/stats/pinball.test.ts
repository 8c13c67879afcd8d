import fc from 'fast-check'
import { lossMoments } from '../../../../activities/evaluation/stats/loss-moments'
import { pinball } from '../../../../activities/evaluation/stats/pinball'
import { regressionMetrics } from '../../../../activities/evaluation/stats/regression-metrics'

const none = lossMoments.create()

test('a label above the 0.9 quantile costs nine times one below', () => {
  expect(pinball(none, Float64Array.of(10), Float64Array.of(12), 0.9).mean).toBe(0.9 * 2)
  expect(pinball(none, Float64Array.of(10), Float64Array.of(8), 0.9).mean).toBeCloseTo(0.1 * 2, 14)
  expect(pinball(none, Float64Array.of(10), Float64Array.of(10), 0.9).mean).toBe(0)
})

test('rows that are not finite are left out', () => {
  expect(pinball(none, Float64Array.of(NaN, Infinity, 1), Float64Array.of(1, 1, 1), 0.5).n).toBe(1)
})

test('at 0.5 it is half the mae, and it is never negative', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (rows, alpha) => {
        // prettier-ignore
        const predictions = Float64Array.from(rows, ([prediction]) => prediction)
        const labels = Float64Array.from(rows, ([, label]) => label)
        const { mae } = regressionMetrics.extract(
          regressionMetrics.add(regressionMetrics.create(), predictions, labels),
        )!
        expect(pinball(none, predictions, labels, 0.5).mean).toBeCloseTo(mae / 2, 8)
        expect(pinball(none, predictions, labels, alpha).mean).toBeGreaterThanOrEqual(0)
      },
    ),
  )
})
