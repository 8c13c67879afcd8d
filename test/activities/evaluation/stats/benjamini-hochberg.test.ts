import fc from 'fast-check'
import { benjaminiHochberg } from '../../../../activities/evaluation/stats/benjamini-hochberg'

test('a q value is its p value times tests by rank, and no more than that of a larger p value', () => {
  expect([...benjaminiHochberg([0.01, 0.02, 0.9])]).toEqual([0.03, 0.03, 0.9])
})

test('values come back in the order given, equal ones alike', () => {
  expect([...benjaminiHochberg([0.5, 0.1, 0.5])]).toEqual([0.5, 0.30000000000000004, 0.5])
})

test('no tests have no q values, one has its p value', () => {
  expect([...benjaminiHochberg([])]).toEqual([])
  expect([...benjaminiHochberg([0.2])]).toEqual([0.2])
})

test.each([-0.1, 1.1, NaN])('%d is no p value', (p) => {
  expect(() => benjaminiHochberg([0.5, p])).toThrow(RangeError)
})

test('q values are at least the p values, at most 1, and in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (ps) => {
      const qs = benjaminiHochberg(ps)
      ps.forEach((p, i) => {
        expect(qs[i]).toBeGreaterThanOrEqual(p)
        expect(qs[i]).toBeLessThanOrEqual(1)
        ps.forEach((other, j) => {
          if (p <= other) expect(qs[i]! <= qs[j]!).toBe(true)
        })
      })
    }),
  )
})
