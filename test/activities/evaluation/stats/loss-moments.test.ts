import fc from 'fast-check'
import { lossMoments, type LossMoments } from '../../../../activities/evaluation/stats/loss-moments'

const of = (losses: ArrayLike<number>, start = lossMoments.create()): LossMoments =>
  lossMoments.add(start, losses.length, (i) => losses[i]!)

test('n, mean and sd by hand', () => {
  const moments = of([1, 2, 3, 6])
  expect(moments).toEqual({ n: 4, mean: 3, m2: 14 })
  expect(lossMoments.mean(moments)).toBe(3)
  expect(lossMoments.sd(moments)).toBe(Math.sqrt(14 / 3))
})

test('what is not finite is left out, in every block', () => {
  const losses = Float64Array.from({ length: 10_000 }, (_, i) =>
    i % 3 === 0 ? i % 7 : [NaN, Infinity][i % 2]!,
  )
  const kept = losses.filter((loss) => Number.isFinite(loss))
  expect(of(losses).n).toBe(kept.length)
  expect(of(losses).mean).toBeCloseTo(of(kept).mean, 12)
})

test('constants have no variance, however many and however odd', () => {
  expect(of(new Float64Array(10_001).fill(0.1))).toEqual({ n: 10_001, mean: 0.1, m2: 0 })
})

test('without rows there is no mean, with one no sd', () => {
  expect(lossMoments.mean(of([]))).toBeNull()
  expect(lossMoments.mean(of([NaN]))).toBeNull()
  expect(lossMoments.sd(of([2]))).toBeNull()
})

test('a large offset costs no digits of the variance', () => {
  const losses = Float64Array.from({ length: 9_000 }, (_, i) => 1e9 + (i % 3))
  expect(lossMoments.sd(of(losses))! / lossMoments.sd(of(losses.map((one) => one - 1e9)))!).toBeCloseTo(1, 11)
})

test('any split gives the whole to 1e-12, one order the very same bits', () => {
  const column = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(fc.array(column, { minLength: 1, maxLength: 6 }), (parts) => {
      const merged = parts.map((part) => of(part)).reduce(lossMoments.merge)
      const whole = of(parts.flat())
      expect(merged.n).toBe(whole.n)
      expect(Math.abs(merged.mean - whole.mean)).toBeLessThanOrEqual(1e-12 * whole.mean + 1e-300)
      expect(Math.abs(merged.m2 - whole.m2)).toBeLessThanOrEqual(
        1e-12 * (whole.m2 + whole.n * whole.mean ** 2) + 1e-300,
      )
      expect(parts.reduce((moments, part) => of(part, moments), lossMoments.create())).toEqual(merged)
    }),
  )
})
