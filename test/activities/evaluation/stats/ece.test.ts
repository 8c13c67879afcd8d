import fc from 'fast-check'
import { calibrationTable } from '../../../../activities/evaluation/stats/calibration-table'
import { ece } from '../../../../activities/evaluation/stats/ece'

const of = (scores: readonly number[], labels: readonly number[]): number | null =>
  ece(calibrationTable.add(calibrationTable.create(), Float64Array.from(scores), Uint8Array.from(labels)))

test('is 0 where each bin keeps its promise', () => {
  expect(of([0.5, 0.5, 0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0, 1, 0])).toBe(0)
})

test('is 1 where every sure score is wrong', () => {
  expect(of([0, 1, 1], [1, 0, 0])).toBe(1)
})

test('weighs the gap of each bin by its rows', () => {
  expect(of([0.75, 0.75, 0.75, 0.25], [1, 1, 1, 0])).toBeCloseTo((3 / 4) * 0.25 + (1 / 4) * 0.25, 14)
})

test('without rows there is none', () => {
  expect(of([], [])).toBeNull()
})

test('stays in [0, 1]', () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1)), { minLength: 1 })
  fc.assert(
    fc.property(rows, (some) => {
      const found = of(some.map(([score]) => score), some.map(([, label]) => label)) // prettier-ignore
      expect(found).toBeGreaterThanOrEqual(0)
      expect(found).toBeLessThanOrEqual(1 + 1e-12)
    }),
  )
})
