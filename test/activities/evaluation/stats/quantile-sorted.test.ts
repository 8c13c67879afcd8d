import fc from 'fast-check'
import { quantileSorted } from '../../../../activities/evaluation/stats/quantile-sorted'

const sorted = (...values: number[]): Float64Array => Float64Array.from(values).sort()

test.each([
  [[1, 2, 4], 0.75, 3],
  [[1, 2, 4], 0, 1],
  [[1, 2, 4], 1, 4],
  [[7], 0.3, 7],
  [[5, 5, 5], 0.9, 5],
  [[-1, 1], 0.5, 0],
])('of %p the quantile %d is %d', (values, q, expected) => {
  expect(quantileSorted(sorted(...values), q)).toBe(expected)
})

test('it rounds as numpy does, which interpolates from the nearer side', () => {
  expect(quantileSorted(sorted(0.2, 0.9), 0.6)).toBe(0.6200000000000001)
  expect(quantileSorted(sorted(0.1, 0.9), 0.3)).toBe(0.33999999999999997)
})

test('an empty sample has none', () => {
  expect(quantileSorted(sorted(), 0.5)).toBeNull()
})

test.each([-0.1, 1.1, NaN])('%d is no share', (q) => {
  expect(() => quantileSorted(sorted(1), q)).toThrow(RangeError)
})

test('it lies within the sample and grows with q', () => {
  const values = fc.float64Array({ noNaN: true, min: -1e300, max: 1e300, minLength: 1, maxLength: 30 })
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(values, share, share, (sample, one, other) => {
      sample.sort()
      const low = quantileSorted(sample, Math.min(one, other))!
      const high = quantileSorted(sample, Math.max(one, other))!
      expect(low).toBeGreaterThanOrEqual(sample[0]!)
      expect(high).toBeLessThanOrEqual(sample.at(-1)!)
      // two roundings of the same point from different sides may differ in the last digits
      const largest = Math.max(-sample[0]!, sample.at(-1)!)
      expect(high - low).toBeGreaterThanOrEqual(-1e-15 * largest)
    }),
  )
})
