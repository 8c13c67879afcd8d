import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import {
  reportColumns,
  worstVerdict,
  type CurrentSide,
  type ReferenceSide,
} from '../../../../activities/evaluation/reports/report-columns'
import type { MetricValue } from '../../../../schemas/metric'

const facts = { rows: 10, missing: 0, mean: null, sd: null, min: null, max: null }
const before = (
  scope: ReferenceSide['scope'],
  column: string,
  more: Partial<ReferenceSide> = {},
): ReferenceSide => ({
  ...facts,
  scope,
  column,
  kind: 'categorical',
  bins: ['a', 'b'],
  counts: [6, 4, 0, 0],
  ...more,
})
const now = (scope: CurrentSide['scope'], column: string, more: Partial<CurrentSide> = {}): CurrentSide => ({
  ...facts,
  scope,
  column,
  counts: [5, 3, 0, 2],
  unseen: { x: 1, y: 1, z: 5 },
  ...more,
})
const metric = (
  scope: MetricValue['scope'],
  column: string,
  name: string,
  more: Partial<MetricValue> = {},
): MetricValue =>
  plainMetric({ scope, column, metric: name, value: 1, nCurrent: 10, failAt: 0.5, verdict: 'ok', ...more })

test('both sides, their histogram and their numbers come together under scope and name', () => {
  const [column] = reportColumns(
    [before('feature', 'c')],
    [now('feature', 'c')],
    [metric('feature', 'c', 'psi')],
  )
  expect(column).toEqual({
    scope: 'feature',
    column: 'c',
    verdict: 'ok',
    severity: 2,
    metrics: [metric('feature', 'c', 'psi')],
    histogram: {
      kind: 'categorical',
      edges: [],
      labels: ['a', 'b', 'UNSEEN'],
      reference: [6, 4, 0],
      current: [5, 3, 2],
    },
    reference: facts,
    current: facts,
    unseen: [
      { value: 'z', rows: 5 },
      { value: 'x', rows: 1 },
      { value: 'y', rows: 1 },
    ],
  })
})

test('worst first: verdict, severity, then features before predictions', () => {
  const names = (metrics: MetricValue[]): string[] =>
    reportColumns([], [], metrics).map(({ column }) => column)
  expect(
    names([
      metric('feature', 'fine', 'psi', { value: 0.1 }),
      metric('prediction', 'score', 'psi'),
      metric('feature', 'alike', 'psi'),
      metric('feature', 'warned', 'psi', { verdict: 'warn', value: 0.6 }),
      metric('feature', 'failed', 'psi', { verdict: 'fail', value: 0.55 }),
      metric('feature', 'broken', 'drift', { verdict: 'error', value: null }),
    ]),
  ).toEqual(['failed', 'broken', 'warned', 'alike', 'score', 'fine'])
})

test('rates and skew go to the column that they are about', () => {
  const sides = [now('feature', 'both'), now('prediction', 'both'), now('prediction', 'score')]
  const found = reportColumns([], sides, [
    metric('quality', 'both', 'missing_rate'),
    metric('quality', 'prediction/both', 'missing_rate'),
    metric('quality', 'score', 'missing_rate'),
    metric('skew', 'both', 'psi'),
    metric('accuracy', 'both', 'roc_auc'),
    metric('quality', 'both', 'psi', { segment: 'a=b' }),
  ])
  const ofScope = (scope: string, column: string): string[] =>
    found
      .find((one) => one.scope === scope && one.column === column)!
      .metrics.map((one) => `${one.scope} ${one.metric}`)
  expect(ofScope('feature', 'both')).toEqual(['quality missing_rate', 'skew psi'])
  expect(ofScope('prediction', 'score')).toEqual(['quality missing_rate'])
  expect(found).toHaveLength(3)
})

test('what only the reference has is left out, unless a number tells of it', () => {
  const sides = [before('label', 'label'), before('feature', 'gone')]
  expect(reportColumns(sides, [], [metric('feature', 'gone', 'drift')]).map(({ column }) => column)).toEqual([
    'gone',
  ])
})

test('sides on other bins have no histogram', () => {
  const [column] = reportColumns([before('feature', 'c')], [now('feature', 'c', { counts: [1] })], [])
  expect(column).toMatchObject({ histogram: null, verdict: 'none', severity: null })
})

test('the worst verdict of none is none', () => {
  expect(worstVerdict([])).toBe('none')
  expect(worstVerdict(['ok', 'skipped', 'warn', 'none'])).toBe('warn')
})
