import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { trendSubjects } from '../../../../activities/evaluation/reports/trend-subjects'
import { fullParts } from './full-report'

const parts = fullParts()
const { columns } = composeReport(parts)

test('rows, the prediction, accuracy, the worst features and speed: those that there are', () => {
  expect(
    trendSubjects(columns, parts.metrics).map(({ scope, column, metric }) => [scope, column, metric]),
  ).toEqual([
    ['quality', null, 'row_count_ratio'],
    ['prediction', 'score', 'psi'],
    ['accuracy', null, 'roc_auc'],
    ['accuracy', null, 'log_loss'],
    ['feature', 'temp', 'psi'],
    ['feature', 'carrier', 'psi'],
    ['feature', 'wind_speed', 'js_distance'],
    ['speed', null, 'rows_per_second'],
  ])
  expect(trendSubjects([], [])).toEqual([])
})

test('a column that nothing judged is followed by its psi, one with rates only by none', () => {
  const psi = plainMetric({ scope: 'feature', column: 'c', metric: 'psi', value: 1, nCurrent: 9 })
  const column = { ...columns[0]!, column: 'c', metrics: [psi] }
  expect(trendSubjects([column], [])).toEqual([{ scope: 'feature', column: 'c', metric: 'psi' }])
  expect(trendSubjects([{ ...column, metrics: [{ ...psi, metric: 'mean' }] }], [])).toEqual([])
})
