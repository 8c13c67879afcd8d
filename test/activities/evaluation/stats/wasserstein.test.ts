import fc from 'fast-check'
import { normalisedWasserstein, wasserstein } from '../../../../activities/evaluation/stats/wasserstein'

const of = (reference: readonly number[], current: readonly number[]): number | null =>
  wasserstein(Float64Array.from(reference).sort(), Float64Array.from(current).sort())

test.each([
  ['a shift is how far', [0, 1, 3], [5, 6, 8], 5],
  ['one row against many', [0], [1, 2, 3], 2],
  ['ties', [0, 0, 0, 1], [0, 1, 1, 1], 0.5],
  ['the end of one sample within the other', [1, 2], [1, 2, 10], 17 / 6],
  ['constant, the same', [7, 7], [7], 0],
])('%s', (_, reference, current, distance) => {
  expect(of(reference, current)).toBeCloseTo(distance, 12)
})

test('there is none without rows on either side', () => {
  expect(of([], [1])).toBeNull()
  expect(of([1], [])).toBeNull()
})

const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 })

test('a sample against itself is at 0', () => {
  fc.assert(fc.property(sample, (values) => expect(of(values, values)).toBe(0)))
})

test('it is symmetric, goes with the unit, and is at least the difference of the means', () => {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value) / values.length
  const inFahrenheit = (values: readonly number[]): number[] => values.map((value) => value * 1.8 + 32)
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const distance = of(a, b)!
      expect(of(b, a)).toBeCloseTo(distance, 9)
      expect(of(inFahrenheit(a), inFahrenheit(b))).toBeCloseTo(1.8 * distance, 8)
      expect(distance).toBeGreaterThanOrEqual(Math.abs(mean(a) - mean(b)) - 1e-9)
    }),
  )
})

test('it is told in standard deviations of the reference, which count as 0.001 where they are less', () => {
  expect(normalisedWasserstein(5, 2)).toBe(2.5)
  expect(normalisedWasserstein(5, 0)).toBe(5000)
  expect(normalisedWasserstein(5, null)).toBe(5000)
})
