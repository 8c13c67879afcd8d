import { driftedShare } from '../../../../activities/evaluation/drift/drifted-share'
import type { MetricValue, Verdict } from '../../../../schemas/metric'

const distance = (column: string, verdict: Verdict, value = 0.3, metric = 'psi'): MetricValue => ({
  ...{ scope: 'feature', column, segment: null, metric, value, statistic: null, pValue: null, qValue: null },
  ...{
    ciLo: null,
    ciHi: null,
    nReference: 500,
    nCurrent: 500,
    warnAt: 0.1,
    failAt: 0.2,
    verdict,
    reason: null,
  },
})
const share = (values: readonly MetricValue[], importance?: ReadonlyMap<string, number>) =>
  driftedShare('feature', null, values, importance)

test('columns count the same where no importance is known', () => {
  const found = share([
    distance('a', 'ok'),
    distance('b', 'warn'),
    distance('c', 'fail'),
    distance('d', 'ok'),
  ])
  expect(found).toMatchObject({ metric: 'drifted_share', column: null, value: 0.5 })
})

test('else by importance, a column without one by the mean of the others', () => {
  const importance = new Map([
    ['a', 9],
    ['b', 1],
  ])
  const values = [distance('a', 'ok'), distance('b', 'fail'), distance('c', 'fail')]
  expect(share(values, importance).value).toBeCloseTo(6 / 15, 12)
})

test('the worst are named, failed ones first, each by the distance furthest over its limit', () => {
  const found = share([
    distance('a', 'warn', 9),
    distance('b', 'fail', 0.3),
    distance('b', 'fail', 0.5, 'ks'),
    distance('b', 'ok', 70, 'wasserstein'),
    distance('c', 'fail', 0.4),
    distance('d', 'ok', 5),
  ])
  expect(found.reason).toBe('worst: b (ks 0.500), c (psi 0.400), a (psi 9.00)')
})

test('five are named and the rest counted', () => {
  const values = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((column) => distance(column, 'fail'))
  expect(share(values).reason).toMatch(/e \(psi 0\.300\) and 2 more$/)
})

test('columns that could not be judged, and numbers that are no distance, do not count', () => {
  const values = [
    distance('a', 'ok'),
    distance('b', 'skipped'),
    distance('c', 'error', 0, 'drift'),
    distance('d', 'fail', 1, 'mean'),
  ]
  expect(share(values)).toMatchObject({ value: 0, reason: null })
  expect(share(values.slice(1))).toMatchObject({ value: null, reason: 'no column could be judged' })
  expect(share([distance('a', 'fail')], new Map([['a', 0]]))).toMatchObject({
    value: null,
    reason: 'no column has any importance',
  })
})
