import fc from 'fast-check'
import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { cramersV } from '../../../../activities/evaluation/stats/cramers-v'
import { triangular } from '../../../../activities/evaluation/stats/triangular'

const counts = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 12 }).map(
  (pairs) =>
    [
      [1, 1, ...pairs.map(([one]) => one)],
      [1, 1, ...pairs.map(([, other]) => other)],
    ] as const,
)

test('of [30, 10] and [10, 30] it is a half', () => {
  expect(cramersV([30, 10], [10, 30])).toBeCloseTo(0.5, 12)
})

test('it is 1 where no bin is shared, whatever n and m', () => {
  expect(cramersV([1000, 0], [0, 3])).toBe(1)
})

test('bins that are empty on both sides change nothing', () => {
  expect(cramersV([30, 0, 10], [10, 0, 30])).toBe(cramersV([30, 10], [10, 30]))
})

test.each([
  ['one bin', [5, 0], [7, 0]],
  ['no reference', [0, 0], [1, 2]],
  ['no current rows', [1, 2], [0, 0]],
])('%s: there is none', (_, reference, current) => {
  expect(cramersV(reference, current)).toBeNull()
})

test('at n = m it is the triangular distance', () => {
  fc.assert(
    fc.property(counts, ([reference, current]) => {
      // every bin mirrored makes the sums equal
      const [one, other] = [
        [...reference, ...current],
        [...current, ...reference],
      ]
      expect(cramersV(one, other)).toBeCloseTo(triangular(binShares(one, other)!), 10)
    }),
  )
})

test('it is 0 for proportional counts and never over 1', () => {
  fc.assert(
    fc.property(counts, ([reference, current]) => {
      const tripled = reference.map((count) => 3 * count)
      expect(cramersV(reference, tripled)).toBeCloseTo(0, 7)
      expect(cramersV(reference, current)).toBeGreaterThanOrEqual(0)
      expect(cramersV(reference, current)).toBeLessThanOrEqual(1)
    }),
  )
})
