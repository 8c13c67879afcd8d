import fc from 'fast-check'
import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { triangular } from '../../../../activities/evaluation/stats/triangular'

const of = (reference: readonly number[], current: readonly number[]): number =>
  triangular(binShares(reference, current)!)

test('it is sqrt(1/2 sum (p - q)² / (p + q))', () => {
  expect(of([50, 50], [60, 40])).toBeCloseTo(Math.sqrt((0.01 / 1.1 + 0.01 / 0.9) / 2), 12)
})

test('it is 1 where no bin is shared', () => {
  expect(of([10, 0], [0, 10])).toBe(1)
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
      expect(value).toBeLessThanOrEqual(1)
    }),
  )
})
