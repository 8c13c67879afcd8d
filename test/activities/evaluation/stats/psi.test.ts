import fc from 'fast-check'
import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { psi } from '../../../../activities/evaluation/stats/psi'

const of = (reference: readonly number[], current: readonly number[]): number =>
  psi(binShares(reference, current)!)

test('it is the sum of (q - p) ln(q / p)', () => {
  expect(of([50, 50], [60, 40])).toBeCloseTo(0.1 * Math.log(0.6 / 0.5) - 0.1 * Math.log(0.4 / 0.5), 12)
})

test('an empty bin counts as a share of 0.0001, and nothing is scaled to sum to 1 again', () => {
  const expected = 2 * (1 - 1e-4) * Math.log(1 / 1e-4)
  expect(of([10, 0], [0, 10])).toBeCloseTo(expected, 12)
})

test('two shares under the clip are the same', () => {
  expect(of([99_999, 1], [99_995, 5])).toBeCloseTo(0, 8)
})

const bins = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 12 }).map(
  (pairs) =>
    [
      [1, 1, ...pairs.map(([one]) => one)],
      [1, 1, ...pairs.map(([, other]) => other)],
    ] as const,
)

test('counts against themselves, or their multiple, are at 0', () => {
  fc.assert(
    fc.property(bins, ([counts]) => {
      expect(of(counts, counts)).toBe(0)
      expect(
        of(
          counts,
          counts.map((count) => 3 * count),
        ),
      ).toBeCloseTo(0, 7)
    }),
  )
})

test('it is symmetric, does not depend on the order of bins, and stays in its range', () => {
  fc.assert(
    fc.property(bins, ([reference, current]) => {
      const value = of(reference, current)
      expect(of(current, reference)).toBeCloseTo(value, 10)
      expect(of(reference.toReversed(), current.toReversed())).toBeCloseTo(value, 10)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(2 * Math.log(1e4))
    }),
  )
})
