import fc from 'fast-check'
import { chiSquareHomogeneity } from '../../../../activities/evaluation/stats/chi-square-homogeneity'

test('of [30, 10] and [10, 30] chi² is 20 with one degree of freedom', () => {
  const found = chiSquareHomogeneity([30, 10], [10, 30])!
  expect(found.statistic).toBeCloseTo(20, 12)
  expect(found.degreesOfFreedom).toBe(1)
  expect(found.pValue).toBeCloseTo(7.744e-6, 9)
})

test('bins with an expected count under 5 become one, wherever they are', () => {
  const found = chiSquareHomogeneity([2, 40, 3, 50, 4], [3, 40, 2, 50, 3])
  expect(found).toEqual(chiSquareHomogeneity([40, 50, 9], [40, 50, 8]))
  expect(found?.degreesOfFreedom).toBe(2)
})

test('where they are still under 5 together, the smallest other bin takes them', () => {
  const found = chiSquareHomogeneity([60, 1, 20, 1], [50, 2, 30, 0])
  expect(found).toEqual(chiSquareHomogeneity([60, 22], [50, 32]))
})

test('of the smallest others the first takes them', () => {
  const found = chiSquareHomogeneity([20, 18, 2], [10, 12, 0])
  expect(found).toEqual(chiSquareHomogeneity([22, 18], [10, 12]))
})

test('an expected count of exactly 5 is enough', () => {
  expect(chiSquareHomogeneity([5, 50], [5, 50])?.degreesOfFreedom).toBe(1)
  expect(chiSquareHomogeneity([5, 50], [4, 51])).toBeNull()
})

test('it is the smaller side that must expect 5', () => {
  expect(chiSquareHomogeneity([500, 500], [4, 5])).toBeNull()
  expect(chiSquareHomogeneity([500, 500], [5, 5])?.degreesOfFreedom).toBe(1)
})

test.each([
  ['few rows', [1, 2], [2, 1]],
  ['one bin', [50, 0], [70, 0]],
  ['no reference', [0, 0], [100, 200]],
  ['no current rows', [100, 200], [0, 0]],
  ['no bins', [], []],
])('%s: there is no test', (_, reference, current) => {
  expect(chiSquareHomogeneity(reference, current)).toBeNull()
})

test('counts of other bins are refused', () => {
  expect(() => chiSquareHomogeneity([1, 2], [1])).toThrow(RangeError)
})

test('a million rows that differ have a p value of 0, and not NaN', () => {
  expect(chiSquareHomogeneity([1e6, 0], [0, 1e6])?.pValue).toBe(0)
})

test('counts against themselves have p = 1, and p stays between 0 and 1', () => {
  const counts = fc.array(fc.tuple(fc.nat(200), fc.nat(200)), { minLength: 2, maxLength: 12 })
  fc.assert(
    fc.property(counts, (pairs) => {
      const [one, other] = [pairs.map(([count]) => count), pairs.map(([, count]) => count)]
      expect(chiSquareHomogeneity(one, one)?.pValue ?? 1).toBe(1)
      const pValue = chiSquareHomogeneity(one, other)?.pValue ?? 1
      expect(pValue).toBeGreaterThanOrEqual(0)
      expect(pValue).toBeLessThanOrEqual(1)
    }),
  )
})
