import { changedUnit } from '../../../../activities/evaluation/reports/changed-unit'
import type { MetricValue } from '../../../../schemas/metric'
import type { ReportColumn } from '../../../../schemas/report'
import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'

const quantiles = [
  ['q05', 0.05],
  ['q25', 0.25],
  ['q50', 0.5],
  ['q75', 0.75],
  ['q95', 0.95],
] as const

/** A reference spread evenly over [from, to], and a night spread evenly over `night`, in another unit. */
function column(
  name: string,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
  scope: ReportColumn['scope'] = 'feature',
): ReportColumn {
  const at = (share: number): number => from + share * (to - from)
  const metrics = quantiles.map(([metric, share]): MetricValue =>
    plainMetric({ scope, column: name, metric, value: low + share * (high - low), nCurrent: 1_000 }),
  )
  const facts = (min: number, max: number) => ({
    rows: 1_000,
    missing: 0,
    mean: (min + max) / 2,
    sd: (max - min) / Math.sqrt(12),
    min,
    max,
  })
  return {
    scope,
    column: name,
    verdict: 'fail',
    severity: 1,
    metrics,
    unseen: [],
    histogram: {
      kind: 'numeric',
      edges: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => at(tenth / 10)),
      labels: [],
      reference: new Array<number>(10).fill(100),
      current: new Array<number>(10).fill(100),
    },
    reference: facts(from, to),
    current: facts(low, high),
  }
}

const celsius = (fahrenheit: number): number => (fahrenheit - 32) / 1.8
/** A warm night among those of a month, which fits centimetres turned inches better. */
const warmNight = [celsius(73), celsius(91)] as const

test('a night that is warmer than its month is still told to be in Celsius', () => {
  expect(changedUnit(column('temp', [57, 93], warmNight))).toBe(
    'temp looks like Fahrenheit turned Celsius: mean 75 -> 27.8, sd 10.4 -> 2.89',
  )
})

test('a column whose name says nothing is told what fits best', () => {
  expect(changedUnit(column('f12', [57, 93], [57 / 100, 93 / 100]))).toContain('looks divided by 100')
})

test('the name decides between conversions that are nearly the same', () => {
  const kilometres = [50 * 1.609344, 4_000 * 1.609344] as const
  expect(changedUnit(column('distance', [50, 4_000], kilometres))).toContain('miles turned kilometres')
  expect(changedUnit(column('wind_speed', [50, 4_000], kilometres))).toContain('miles per hour turned km/h')
})

test('a prediction has no unit, whatever its numbers', () => {
  expect(changedUnit(column('score', [0.1, 0.9], [0.001, 0.009], 'prediction'))).toBeNull()
})

test('numbers that only moved are in the unit that they were in', () => {
  expect(changedUnit(column('temp', [57, 93], [70, 98]))).toBeNull()
})
