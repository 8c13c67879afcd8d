import fc from 'fast-check'
import { wilsonInterval } from '../../../../activities/evaluation/stats/wilson-interval'

test('5 of 10 lies between 0.24 and 0.76', () => {
  const { low, high } = wilsonInterval(5, 10)!
  expect(low).toBeCloseTo(0.2366, 4)
  expect(high).toBeCloseTo(0.7634, 4)
})

test('none of 10 is not surely none, nor are all of 10 surely all', () => {
  expect(wilsonInterval(0, 10)?.low).toBeCloseTo(0, 12)
  expect(wilsonInterval(0, 10)?.high).toBeCloseTo(0.2775, 4)
  expect(wilsonInterval(10, 10)?.low).toBeCloseTo(0.7225, 4)
})

test('no trials have no interval', () => {
  expect(wilsonInterval(0, 0)).toBeNull()
})

test.each([
  [11, 10, 0.95],
  [-1, 10, 0.95],
  [NaN, 10, 0.95],
  [1, 10, 1],
  [1, 10, 0],
])('%d of %d at %d is refused', (count, n, confidence) => {
  expect(() => wilsonInterval(count, n, confidence)).toThrow(RangeError)
})

test('it holds the rate, stays within 0 and 1, and grows with the confidence', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (count, rest) => {
      const n = count + rest + 1
      const [narrow, wide] = [wilsonInterval(count, n, 0.9)!, wilsonInterval(count, n, 0.99)!]
      expect(narrow.low).toBeLessThanOrEqual(count / n + 1e-12)
      expect(narrow.high).toBeGreaterThanOrEqual(count / n - 1e-12)
      expect(wide.low).toBeLessThanOrEqual(narrow.low + 1e-12)
      expect(wide.high).toBeGreaterThanOrEqual(narrow.high - 1e-12)
      expect(wide.low).toBeGreaterThanOrEqual(0)
      expect(wide.high).toBeLessThanOrEqual(1)
    }),
  )
})
