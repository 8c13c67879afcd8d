import { differenceOf, withinTolerance } from '../../../../activities/evaluation/comparison/within-tolerance'

test.each([
  // a, b, within, difference
  [1, 1, true, 0],
  [1, 1.0001, true, 1.0001 - 1],
  [1, 1.001, false, 1.001 - 1],
  [0, 0.00001, true, 0.00001],
  [NaN, NaN, true, 0],
  [Infinity, Infinity, true, 0],
  [Infinity, 1, false, NaN],
  [1, Infinity, false, NaN],
  [-Infinity, Infinity, false, NaN],
  [1, NaN, false, NaN],
])('champion %d and challenger %d: within %s, difference %d', (a, b, within, difference) => {
  expect(withinTolerance(a, b, { rtol: 1e-4, atol: 1e-5 })).toBe(within)
  expect(differenceOf(a, b)).toBe(difference)
})

test('the tolerance is relative to the champion', () => {
  expect(withinTolerance(10, 11, { rtol: 0.1, atol: 0 })).toBe(true)
  expect(withinTolerance(11, 9.85, { rtol: 0.1, atol: 0 })).toBe(false)
})
