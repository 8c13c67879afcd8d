import { figure } from '../../../../activities/evaluation/accuracy/figure'
import { lossMoments } from '../../../../activities/evaluation/stats/loss-moments'

test('a rate has Wilson’s interval and its denominator as n', () => {
  const found = figure.rate('recall', 5, 10, 'no label is 1')
  expect(found).toMatchObject({ metric: 'recall', value: 0.5, n: 10, reason: null })
  expect(found.ciLo).toBeCloseTo(0.23659, 4)
  expect(found.ciHi).toBeCloseTo(0.76341, 4)
})

test('a rate without rows is 0 by convention, without an interval, and says what was missing', () => {
  expect(figure.rate('precision', 0, 0, 'no row is predicted 1')).toEqual({
    metric: 'precision',
    value: 0,
    ciLo: null,
    ciHi: null,
    n: 0,
    reason: 'no row is predicted 1: 0 by convention',
  })
})

test('a mean has its analytic interval', () => {
  const losses = [1, 2, 3]
  const found = figure.mean(
    'mae',
    lossMoments.add(lossMoments.create(), 3, (i) => losses[i]!),
  )
  expect(found).toMatchObject({ value: 2, n: 3 })
  expect(found.ciHi! - found.ciLo!).toBeCloseTo((2 * 1.959964) / Math.sqrt(3), 5)
})
