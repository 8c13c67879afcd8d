import fc from 'fast-check'
import { ks } from '../../../../activities/evaluation/stats/ks'

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).sort()
const of = (reference: readonly number[], current: readonly number[]): number =>
  ks(sorted(reference), sorted(current))!.statistic

test.each([
  ['shifted by one of three', [1, 2, 3], [2, 3, 4], 1 / 3],
  ['disjoint', [1, 2], [3, 4, 5], 1],
  ['disjoint the other way', [3, 4, 5], [1, 2], 1],
  ['a tie is taken together', [1, 1, 1, 2], [1, 2], 0.25],
  ['constant, the same', [7, 7, 7], [7], 0],
  ['unequal n', [1, 2, 3, 4], [2.5], 0.5],
])('%s', (_, reference, current, statistic) => {
  expect(of(reference, current)).toBeCloseTo(statistic, 15)
})

test('many rows that differ have a small p value, few have not', () => {
  const ramp = (n: number, shift: number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => i / n + shift)
  expect(ks(ramp(1000, 0), ramp(1000, 0.1))!.pValue).toBeLessThan(1e-3)
  expect(ks(ramp(20, 0), ramp(20, 0.1))!.pValue).toBeGreaterThan(0.5)
})

test('there is none without rows on either side', () => {
  expect(ks(sorted([]), sorted([1]))).toBeNull()
  expect(ks(sorted([1]), sorted([]))).toBeNull()
})

const sample = fc.array(
  fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
  { minLength: 1, maxLength: 40 },
)

test('a sample against itself is at 0 with p = 1', () => {
  fc.assert(
    fc.property(sample, (values) =>
      expect(ks(sorted(values), sorted(values))).toEqual({ statistic: 0, pValue: 1 }),
    ),
  )
})

test('it is the largest difference of the shares at or under any value, and symmetric', () => {
  const shareAtMost = (values: readonly number[], x: number): number =>
    values.filter((value) => value <= x).length / values.length
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      const expected = Math.max(...[...a, ...b].map((x) => Math.abs(shareAtMost(a, x) - shareAtMost(b, x))))
      expect(of(a, b)).toBe(expected)
      expect(of(b, a)).toBe(expected)
    }),
  )
})
