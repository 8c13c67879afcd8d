import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { flights, nightParts } from './flights-night'
import { fullParts } from './full-report'

const parts = fullParts()
const report = composeReport(parts)

test('the same parts in any order make the same report', () => {
  const reversed = {
    ...parts,
    metrics: [...parts.metrics].reverse(),
    referenceColumns: [...parts.referenceColumns].reverse(),
  }
  expect(composeReport(reversed)).toEqual(report)
})

test('numbers of the batch, of accuracy and of what was expected are told apart', () => {
  expect(report.quality.map(({ scope, metric }) => `${scope} ${metric}`)).toEqual([
    'quality row_count',
    'quality row_count_ratio',
    'quality source_age_hours',
    'feature drifted_share',
    'prediction drifted_share',
  ])
  expect(report.accuracy?.metrics.map(({ metric }) => metric)).toEqual([
    'accuracy',
    'roc_auc',
    'log_loss',
    'brier',
    'ece',
  ])
  expect(report.estimates.map(({ metric, value }) => [metric, value])).toEqual([['roc_auc', 0.71]])
})

test('segments come worst first, each with its worst numbers and its accuracy', () => {
  expect(report.segments.map(({ segment, verdict, rows }) => [segment, verdict, rows])).toEqual([
    ['origin=JFK', 'fail', 902],
    ['origin=EWR', 'ok', 400],
    ['origin=LGA', 'skipped', 163],
  ])
  expect(report.segments[0]!.metrics.map(({ metric }) => metric).slice(-2)).toEqual(['accuracy', 'roc_auc'])
  expect(report.segments[0]!.metrics[0]).toMatchObject({ column: 'wind_speed', metric: 'psi' })
  expect(report.segments[2]!.metrics[0]).toMatchObject({
    metric: 'drift',
    reason: expect.stringContaining('163 current rows'),
  })
})

test('gates that said something come before those that passed', () => {
  expect(report.gates.map(({ gateNo, action }) => [gateNo, action])).toEqual([
    [1, 'hold'],
    [2, 'ok'],
    [3, 'skipped'],
  ])
})

test('labels that judge well say so in the first line', () => {
  const quiet = nightParts(flights(943, 2))
  const good = plainMetric({
    scope: 'accuracy',
    metric: 'log_loss',
    value: 0.4,
    nCurrent: 900,
    failAt: 0.6,
    verdict: 'ok',
  })
  const { verdict, headline } = composeReport({
    ...quiet,
    evaluation: parts.evaluation,
    metrics: [...quiet.metrics, good],
  })
  expect([verdict, headline]).toEqual([
    'ok',
    expect.stringMatching(/like the reference .*, and its accuracy is within its limits$/),
  ])
})
