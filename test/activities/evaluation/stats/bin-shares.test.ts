import fc from 'fast-check'
import { binShares } from '../../../../activities/evaluation/stats/bin-shares'

test('bins that are empty on both sides are left out, those empty on one are not', () => {
  expect(binShares([8, 0, 2, 0], [1, 0, 0, 3])).toEqual({
    p: Float64Array.of(0.8, 0.2, 0),
    q: Float64Array.of(0.25, 0, 0.75),
    binCount: 3,
  })
})

test.each([
  ['one bin', [5, 0], [7, 0]],
  ['no reference', [0, 0], [1, 2]],
  ['no current rows', [1, 2], [0, 0]],
  ['no bins', [], []],
])('%s: there are no shares to compare', (_, reference, current) => {
  expect(binShares(reference, current)).toBeNull()
})

test('counts of other bins are refused', () => {
  expect(() => binShares([1, 2], [1, 2, 3])).toThrow('the reference has 2 bins, the current rows have 3')
})

test('both sides sum to 1', () => {
  const counts = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 20 })
  fc.assert(
    fc.property(counts, (bins) => {
      const shares = binShares(
        bins.map(([one]) => one),
        bins.map(([, other]) => other),
      )
      if (shares === null) return
      expect(shares.p.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
      expect(shares.q.reduce((sum, share) => sum + share)).toBeCloseTo(1, 12)
    }),
  )
})
