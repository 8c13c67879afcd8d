import fc from 'fast-check'
import { brier } from '../../../../activities/evaluation/stats/brier'
import { lossMoments, type LossMoments } from '../../../../activities/evaluation/stats/loss-moments'

const of = (
  scores: readonly number[],
  labels: readonly number[],
  start = lossMoments.create(),
): LossMoments => brier(start, Float64Array.from(scores), Uint8Array.from(labels))

test('is the mean squared distance to the label', () => {
  expect(of([0.5, 1], [1, 0])).toEqual({ n: 2, mean: 0.625, m2: 0.28125 })
  expect(of([0, 1], [0, 1]).mean).toBe(0)
  expect(of([0, 1], [1, 0]).mean).toBe(1)
})

test('rows without a score are left out', () => {
  expect(of([NaN, 0.5, Infinity], [1, 1, 1]).n).toBe(1)
})

test('stays in [0, 1], and rows may come in parts', () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1)), { minLength: 2 })
  fc.assert(
    fc.property(rows, fc.nat(), (some, cut) => {
      const [scores, labels] = [some.map(([score]) => score), some.map(([, label]) => label)]
      const at = cut % some.length
      const whole = of(scores, labels)
      expect(whole.mean >= 0 && whole.mean <= 1).toBe(true)
      const parts = of(scores.slice(at), labels.slice(at), of(scores.slice(0, at), labels.slice(0, at)))
      expect(parts.mean).toBeCloseTo(whole.mean, 13)
    }),
  )
})
