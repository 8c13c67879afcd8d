import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { metricOrder } from '../../../../activities/evaluation/reports/metric-order'
import type { MetricScope } from '../../../../schemas/metric'

const of = (scope: MetricScope, column: string | null, metric: string, segment: string | null = null) =>
  plainMetric({ scope, column, metric, segment, value: 1, nCurrent: 1 })

test('by scope, column, segment, then as reports list them, what they do not know last', () => {
  const sorted = [
    of('feature', 'a', 'psi'),
    of('feature', 'a', 'wasserstein'),
    of('feature', 'a', 'aaa'),
    of('feature', 'a', 'psi', 's=1'),
    of('feature', 'b', 'psi'),
    of('quality', null, 'row_count'),
    of('accuracy', null, 'accuracy'),
    of('accuracy', null, 'roc_auc'),
    of('speed', null, 'rows_per_second'),
  ]
  expect([...sorted].reverse().sort(metricOrder)).toEqual(sorted)
})
