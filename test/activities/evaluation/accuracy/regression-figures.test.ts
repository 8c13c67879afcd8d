import fc from 'fast-check'
import type { Figure } from '../../../../activities/evaluation/accuracy/figure'
import { regressionFigures } from '../../../../activities/evaluation/accuracy/regression-figures'

const figures = (
  rows: readonly (readonly [prediction: number, label: number])[],
  alpha = 0.5,
): Record<string, Figure> => {
  const found = regressionFigures(
    {
      predictions: Float64Array.from(rows, ([prediction]) => prediction),
      labels: Float64Array.from(rows, ([, label]) => label),
    },
    BigUint64Array.from(rows, (_, i) => BigInt(i)),
    { seed: 1, sampleRows: 100, replicates: 50 },
    alpha,
  )
  return Object.fromEntries(found.map((one) => [one.metric, one]))
}

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })

test('every value lies in its interval, or says why it has none', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), (rows) => {
      for (const { value: of, ciLo, ciHi, reason } of Object.values(figures(rows))) {
        if (of === null) expect(reason).not.toBeNull()
        else if (ciLo !== null) {
          expect(ciLo).toBeLessThanOrEqual(of + 1e-9 * Math.abs(of))
          expect(ciHi).toBeGreaterThanOrEqual(of - 1e-9 * Math.abs(of))
        }
      }
    }),
  )
})

test('residual quantiles ascend, and the pinball loss of one half is half the mae', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 }), (rows) => {
      const found = figures(rows)
      const residuals = ['05', '25', '50', '75', '95'].map((p) => found[`residual_p${p}`]!.value!)
      expect(residuals).toEqual([...residuals].sort((a, b) => a - b))
      expect(2 * found['pinball']!.value!).toBeCloseTo(found['mae']!.value!, 6)
    }),
  )
})

test('labels of one value have an r2 by convention and no interval', () => {
  const found = figures([[1, 2], [2, 2], [3, 2]]) // prettier-ignore
  expect(found['r2']).toMatchObject({ value: 0, ciLo: null, reason: 'labels are all one value: 0 or 1 by convention' }) // prettier-ignore
  expect(figures([[1, 2]])['r2']).toMatchObject({ value: null, reason: 'one row only' })
})

test('labels near zero are counted beside mape', () => {
  expect(figures([[1, 0], [2, 1], [1, 1e-20]])['near_zero_count']!.value).toBe(2) // prettier-ignore
})

test('quantiles at the edge have an interval once there are rows enough', () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => [i, 0] as const)
  expect(figures(rows(50))['residual_p05']!.ciLo).toBeNull()
  const { value: of, ciLo, ciHi } = figures(rows(400))['residual_p05']!
  expect([of, ciLo, ciHi]).toEqual([399 * 0.05, 10, 29]) // ranks 20 -+ 8.54: 11 and 30 of 400
})

test('without rows everything is undefined and says so', () => {
  for (const one of Object.values(figures([])))
    expect(one).toMatchObject({ value: null, n: 0, reason: 'no labelled rows' })
})
