import { thresholdFor } from '../../../../activities/evaluation/drift/threshold-for'
import { thresholdRules } from '../../../../activities/evaluation/gates/threshold-rules'
import { jobFileSchema } from '../../../../schemas/job-file'
import type { MetricScope } from '../../../../schemas/metric'

const job = { name: 'j', model: 'm@1', source: { parquet: 'x' }, key: ['id'], sink: { parquet: 'o' } }
const former = new Array<number>(14).fill(0.5)

/** The threshold of one number in a job with this `monitor`. */
function threshold(monitor: object, metric: string, column = 'x', scope: MetricScope = 'feature') {
  const rules = thresholdRules(jobFileSchema.parse({ ...job, monitor }).monitor)
  return thresholdFor({ scope, metric, column, segment: null }, { rules, history: () => former })
}

test('fixed thresholds are those of the metrics', () => {
  expect(threshold({}, 'psi')).toEqual({ warnAt: 0.1, failAt: 0.25, of: 'effect' })
})

test('trailing ones are of distances and rates, and of no other number', () => {
  const monitor = { thresholds: 'trailing' }
  for (const metric of [
    'psi',
    'js_distance',
    'ks',
    'wasserstein',
    'triangular',
    'unseen_rate',
    'out_of_range_rate',
    'missing_rate',
  ])
    expect({ metric, of: threshold(monitor, metric) }).toMatchObject({ of: { of: 'value', warnAt: 0.5 } })
  expect(threshold(monitor, 'mean')).toBeNull()
})

test.each(['fixed', 'trailing'])(
  'an excepted feature is not judged by its values (%s), by its missing ones it is',
  (thresholds) => {
    const monitor = { thresholds, except: ['month'] }
    expect(threshold(monitor, 'psi', 'month')).toBeNull()
    expect(threshold(monitor, 'out_of_range_rate', 'month', 'quality')).toBeNull()
    expect(threshold(monitor, 'missing_rate', 'month', 'quality')).not.toBeNull()
    expect(threshold(monitor, 'psi', 'temp')).not.toBeNull()
  },
)

test('a prediction of an excepted feature’s name is judged', () => {
  expect(threshold({ except: ['score'] }, 'psi', 'score', 'prediction')).not.toBeNull()
})
