import fc from 'fast-check'
import {
  regressionMetrics,
  type RegressionMetrics,
  type RegressionMoments,
} from '../../../../activities/evaluation/stats/regression-metrics'

type Rows = readonly (readonly [prediction: number, label: number])[]
const add = (rows: Rows, start = regressionMetrics.create()): RegressionMoments =>
  regressionMetrics.add(
    start,
    Float64Array.from(rows, ([prediction]) => prediction),
    Float64Array.from(rows, ([, label]) => label),
  )
const of = (rows: Rows): RegressionMetrics | null => regressionMetrics.extract(add(rows))

test('every error by hand', () => {
  expect(
    of([
      [3, 1],
      [2, 4],
      [-1, -1],
      [6, 2],
    ]),
  ).toEqual({
    // prettier-ignore
    n: 4,
    excluded: 0,
    mae: 2,
    rmse: Math.sqrt(24 / 4),
    bias: 1,
    r2: 1 - 24 / 13,
    mape: (2 + 0.5 + 0 + 2) / 4,
    nearZero: 0,
    smape: (4 / 4 + 4 / 6 + 0 + 8 / 8) / 4,
  })
})

test('right predictions have no error at all, whether labels vary or not', () => {
  const none = { mae: 0, rmse: 0, bias: 0, r2: 1, mape: 0, smape: 0 }
  expect(of([[1, 1], [2, 2]])).toMatchObject(none) // prettier-ignore
  expect(of([[0.1, 0.1], [0.1, 0.1], [0.1, 0.1]])).toMatchObject(none) // prettier-ignore
})

test('of labels that are all one value r2 is 0, of one row null', () => {
  expect(of([[0.2, 0.1], [0.1, 0.1], [0.1, 0.1]])?.r2).toBe(0) // prettier-ignore
  expect(of([[2, 1]])?.r2).toBeNull()
})

test('counts of rows add up when parts merge', () => {
  const part = add([[NaN, 1], [1, 0], [2, 2]]) // prettier-ignore
  expect(regressionMetrics.extract(regressionMetrics.merge(part, part))).toMatchObject({ n: 4, excluded: 2, nearZero: 2 }) // prettier-ignore
})

test('labels near 0 are counted, since their percentage says nothing', () => {
  const metrics = of([[0.5, 0], [1, 2 ** -53], [2, 1], [1, 2 ** -52]]) // prettier-ignore
  expect(metrics?.nearZero).toBe(2)
  expect(metrics?.mape).toBeGreaterThan(2 ** 50)
  expect(of([[0, 0]])).toMatchObject({ mape: 0, smape: 0, nearZero: 1 })
})

test('rows that are not finite are left out of every metric, and counted', () => {
  const broken: Rows = [[NaN, 1], [1, NaN], [Infinity, 1], [1, -Infinity], [Infinity, Infinity], [1e200, 0]] // prettier-ignore
  const sound: Rows = [[3, 1], [2, 4]] // prettier-ignore
  expect(of([...broken, ...sound])).toEqual({ ...of(sound), excluded: 6 })
  expect(of(broken)).toBeNull()
})

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 30 })

test('merged parts are the whole to 1e-12', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 1, maxLength: 5 }), (parts) => {
      const merged = regressionMetrics.extract(parts.map((part) => add(part)).reduce(regressionMetrics.merge))
      const whole = of(parts.flat())
      for (const key of ['n', 'excluded', 'nearZero'] as const) expect(merged?.[key]).toBe(whole?.[key])
      for (const key of ['mae', 'rmse', 'mape', 'smape'] as const)
        expect(Math.abs(merged![key] - whole![key])).toBeLessThanOrEqual(1e-12 * whole![key])
      expect(Math.abs(merged!.bias - whole!.bias)).toBeLessThanOrEqual(1e-12 * whole!.mae)
    }),
  )
})

test('metrics stay in range: |bias| <= mae <= rmse, r2 <= 1, smape <= 2', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const { mae, rmse, bias, r2, mape, smape } = of(some)!
      const slack = 1 + 1e-12
      expect(Math.abs(bias) <= mae * slack && mae <= rmse * slack + 1e-150).toBe(true)
      expect((r2 ?? 0) <= 1 && mape >= 0 && smape >= 0 && smape <= 2 * slack).toBe(true)
    }),
  )
})
