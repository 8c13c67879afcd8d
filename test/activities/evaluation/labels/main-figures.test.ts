import type { MetricValue } from '../../../../schemas/metric'
import { mainThresholds, withMissingThresholds } from '../../../../activities/evaluation/labels/main-figures'
import { trailingLimits } from '../../../../activities/evaluation/drift/trailing-limits'

const nights = Array.from({ length: 20 }, (_, i) => 0.5 + (i % 5) / 100)

test('limits lie on the side that is worse', () => {
  const { thresholds, missing } = mainThresholds('binary', () => nights)
  const of = (metric: string) => thresholds.find((one) => one.metric === metric)
  const [above, below] = [
    trailingLimits(nights, { metric: 'log_loss' }),
    trailingLimits(nights, { metric: 'roc_auc', worse: 'lower' }),
  ]
  if (typeof above === 'string' || typeof below === 'string') throw new Error('20 nights are enough')
  expect(of('log_loss')).toMatchObject({ warn: above.warnAt, fail: above.failAt, segment: null })
  expect(of('roc_auc')).toMatchObject({ warn: below.warnAt, fail: below.failAt, kind: 'absolute' })
  expect(below.failAt).toBeLessThan(below.warnAt)
  expect(missing.size).toBe(0)
})

test('a bias is judged by its distance from 0', () => {
  const signed = nights.map((value, i) => (i % 2 === 0 ? value : -value))
  const { thresholds } = mainThresholds('regression', (metric) => (metric === 'bias' ? signed : nights))
  const warn = (metric: string) => thresholds.find((one) => one.metric === metric)?.warn
  expect(warn('bias')).toBe(warn('mae'))
})

test('with under 14 former batches figures are skipped and say why, others and segments are left as they are', () => {
  const { thresholds, missing } = mainThresholds('multiclass', () => nights.slice(7))
  expect(thresholds).toEqual([])
  const value = (metric: string, segment: string | null, reason: string | null = null) =>
    ({ metric, segment, verdict: 'none', reason }) as MetricValue
  const values = [value('accuracy', null), value('f1_macro', null), value('accuracy', 'a=b')]
  const [accuracy, ...rest] = withMissingThresholds(values, missing)
  expect(accuracy).toMatchObject({ verdict: 'skipped', reason: '13 former values, needed are 14' })
  expect(rest).toEqual(values.slice(1))
  const [sampled] = withMissingThresholds([value('accuracy', null, 'sampled')], missing)
  expect(sampled?.reason).toBe('13 former values, needed are 14; sampled')
})
