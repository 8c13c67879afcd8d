import fc from 'fast-check'

/** Of counts of a reference and of current rows in the same bins. */
export type CountDistance = (reference: readonly number[], current: readonly number[]) => number

const bins = fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { minLength: 2, maxLength: 12 }).map(
  (pairs) =>
    [
      [1, 1, ...pairs.map(([one]) => one)],
      [1, 1, ...pairs.map(([, other]) => other)],
    ] as const,
)

/** What holds for every distance of two lists of shares, from 0 to `most`; `digits` after the point are exact. */
export function shareDistance(of: CountDistance, most: number, digits: number): void {
  test('counts against themselves, or their multiple, are at 0', () => {
    fc.assert(
      fc.property(bins, ([counts]) => {
        expect(of(counts, counts)).toBe(0)
        const threefold = counts.map((count) => 3 * count)
        expect(of(counts, threefold)).toBeCloseTo(0, 7)
      }),
    )
  })

  test('it is symmetric, does not depend on the order of bins, and stays in its range', () => {
    fc.assert(
      fc.property(bins, ([reference, current]) => {
        const value = of(reference, current)
        expect(of(current, reference)).toBeCloseTo(value, digits)
        expect(of(reference.toReversed(), current.toReversed())).toBeCloseTo(value, digits)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(most)
      }),
    )
  })
}
