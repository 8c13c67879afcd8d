import { lossMoments } from '../../../../activities/evaluation/stats/loss-moments'
import { meanInterval } from '../../../../activities/evaluation/stats/mean-interval'

test('is the mean +- 1.96 standard errors', () => {
  const interval = meanInterval({ n: 100, mean: 5, m2: 99 * 4 })
  expect(interval?.lower).toBeCloseTo(5 - 1.959963984540054 * 0.2, 13)
  expect(interval?.upper).toBeCloseTo(5 + 1.959963984540054 * 0.2, 13)
})

test('half the level leaves 0.674 standard errors', () => {
  expect(meanInterval({ n: 4, mean: 0, m2: 12 }, 0.5)?.upper).toBeCloseTo(0.6744897501960817, 13)
})

test('equal losses give a point, fewer than two rows nothing', () => {
  expect(meanInterval({ n: 3, mean: 2, m2: 0 })).toEqual({ lower: 2, upper: 2 })
  expect(meanInterval({ n: 1, mean: 2, m2: 0 })).toBeNull()
  expect(meanInterval(lossMoments.create())).toBeNull()
})
