import fc from 'fast-check'
import { twoProportionTest } from '../../../../activities/evaluation/stats/two-proportion-test'

test('the example of statsmodels: 5 of 83 and 12 of 99', () => {
  const found = twoProportionTest({ count: 5, n: 83 }, { count: 12, n: 99 })!
  expect(found.z).toBeCloseTo(-1.4078, 4)
  expect(found.pValue).toBeCloseTo(0.159, 3)
})

test.each([
  ['none of either', { count: 0, n: 10 }, { count: 0, n: 20 }],
  ['all of both', { count: 10, n: 10 }, { count: 20, n: 20 }],
  ['no trials', { count: 0, n: 0 }, { count: 3, n: 20 }],
])('%s: there is no test', (_, first, second) => {
  expect(twoProportionTest(first, second)).toBeNull()
  expect(twoProportionTest(second, first)).toBeNull()
})

test('a count over its n is refused', () => {
  expect(() => twoProportionTest({ count: 1, n: 2 }, { count: 4, n: 3 })).toThrow(
    "a rate's count is 4, allowed are 0 to 3",
  )
})

test('equal rates have z = 0 and p = 1; the sides exchanged change the sign only', () => {
  const rate = fc.tuple(fc.nat(1000), fc.nat(1000)).map(([count, rest]) => ({ count, n: count + rest + 1 }))
  fc.assert(
    fc.property(rate, rate, (first, second) => {
      expect(twoProportionTest(first, first) ?? { z: 0, pValue: 1 }).toEqual({ z: 0, pValue: 1 })
      const [one, other] = [twoProportionTest(first, second), twoProportionTest(second, first)]
      expect(one?.z ?? 0).toBeCloseTo(-(other?.z ?? 0), 10)
      expect(one?.pValue ?? 1).toBeGreaterThanOrEqual(0)
      expect(one?.pValue ?? 1).toBeLessThanOrEqual(1)
    }),
  )
})
