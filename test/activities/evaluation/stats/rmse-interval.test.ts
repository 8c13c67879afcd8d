import { lossMoments, type LossMoments } from '../../../../activities/evaluation/stats/loss-moments'
import { rmseInterval } from '../../../../activities/evaluation/stats/rmse-interval'

const squares = (errors: readonly number[]): LossMoments =>
  lossMoments.add(lossMoments.create(), errors.length, (i) => errors[i]! ** 2)

test('is the rmse +- 1.96 sd(e^2) / (2 rmse sqrt(n))', () => {
  const interval = rmseInterval({ n: 100, mean: 25, m2: 99 * 400 })
  expect(interval?.lower).toBeCloseTo(5 - (1.959963984540054 * 20) / (2 * 5 * 10), 13)
  expect(interval?.upper).toBeCloseTo(5 + (1.959963984540054 * 20) / (2 * 5 * 10), 13)
})

test('scales with the errors', () => {
  const [one, ten] = [rmseInterval(squares([1, -2, 3, 3.5])), rmseInterval(squares([10, -20, 30, 35]))]
  expect(ten!.lower).toBeCloseTo(10 * one!.lower, 12)
  expect(ten!.upper).toBeCloseTo(10 * one!.upper, 12)
})

test('is cut at 0, a point where all errors are alike, nothing under two rows', () => {
  expect(rmseInterval(squares([0, 0, 0, 0, 0, 9]), 0.99)?.lower).toBe(0)
  expect(rmseInterval(squares([0, 0]))).toEqual({ lower: 0, upper: 0 })
  expect(rmseInterval(squares([3, -3, 3]))).toEqual({ lower: 3, upper: 3 })
  expect(rmseInterval(squares([3]))).toBeNull()
  expect(rmseInterval(squares([]))).toBeNull()
})
