import fc from 'fast-check'
import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { jsDistance } from '../../../../activities/evaluation/stats/js-distance'

const of = (reference: readonly number[], current: readonly number[]): number =>
  jsDistance(binShares(reference, current)!)

test('it is the square root of the divergence in bits', () => {
  // m = [3/4, 1/4]: KL(p, m) = log2(4/3), KL(q, m) = (log2(2/3) + log2(2)) / 2
  const divergence = (Math.log2(4 / 3) + (Math.log2(2 / 3) + 1) / 2) / 2
  expect(of([4, 0], [2, 2])).toBeCloseTo(Math.sqrt(divergence), 12)
})

test('it is 1 where no bin is shared: nothing is clipped', () => {
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
      expect(of(current, reference)).toBeCloseTo(value, 7)
      expect(of(reference.toReversed(), current.toReversed())).toBeCloseTo(value, 7)
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThanOrEqual(1)
    }),
  )
})
