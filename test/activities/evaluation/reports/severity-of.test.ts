import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'
import { severityOf } from '../../../../activities/evaluation/reports/severity-of'
import type { MetricValue } from '../../../../schemas/metric'

const metric = (name: string, value: number | null, more: Partial<MetricValue> = {}): MetricValue =>
  plainMetric({ scope: 'feature', metric: name, value, nCurrent: 900, verdict: 'fail', ...more })
const psi = { warnAt: 0.1, failAt: 0.25 }
const rate = { warnAt: 0.01, failAt: 0.05 }

test.each<[string, MetricValue, MetricValue[], number | null]>([
  ['a distance by its fail limit', metric('psi', 0.5, psi), [], 2],
  ['without one by the warn limit, which counts half', metric('psi', 0.5, { warnAt: 0.25 }), [], 1],
  [
    'a rate by its difference to the reference',
    metric('missing_rate', 0.9, rate),
    [metric('missing_rate_difference', -0.1)],
    2,
  ],
  [
    'a rate with a limit of its own by itself',
    metric('unseen_rate', 0.9, { warnAt: 0.2, failAt: 0.45 }),
    [metric('unseen_rate_difference', 0.1)],
    2,
  ],
  ['half the rows as far as the double', metric('row_count_ratio', 0.5, { failAt: 2 }), [], 1],
  ['the double as far as half', metric('row_count_ratio', 2, { failAt: 2 }), [], 1],
  [
    'a figure that is best at 1 by what it lacks',
    metric('roc_auc', 0.6, { scope: 'accuracy', failAt: 0.8 }),
    [],
    2,
  ],
  [
    'speed by how many times it is too slow',
    metric('rows_per_second', 100, { scope: 'speed', failAt: 300 }),
    [],
    3,
  ],
  ['a bias by its size', metric('bias', -3, { scope: 'accuracy', failAt: 1 }), [], 3],
  ['what warns at any at all as half', metric('schema_changes', 7, { warnAt: 0, verdict: 'warn' }), [], 0.5],
  ['but not where it is ok', metric('is_constant', 1, { warnAt: 0, verdict: 'ok' }), [], 0],
  ['a limit of 0 at most 999', metric('psi', 0.5, { warnAt: 0, failAt: 0 }), [], 999],
  ['what was not judged not at all', metric('psi', 0.5, { ...psi, verdict: 'skipped' }), [], null],
  ['nor what has no value', metric('psi', null, psi), [], null],
  ['nor what has no limits', metric('cramers_v', 0.5, { verdict: 'ok' }), [], null],
])('%s', (_, value, beside, severity) => {
  const found = severityOf(value, beside)
  if (severity === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(severity, 9)
})
