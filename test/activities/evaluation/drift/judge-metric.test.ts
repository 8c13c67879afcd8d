import { judgeMetric } from '../../../../activities/evaluation/drift/judge-metric'
import { metricDraft } from '../../../../activities/evaluation/drift/metric-draft'

const limits = { warnAt: 0.1, failAt: 0.2, of: 'effect' } as const
const draft = (value: number | null, more = {}) =>
  metricDraft({ metric: 'psi', value, nReference: 500, nCurrent: 500, ...more })

test.each([
  [0.3, 0.001, 'fail'],
  [0.3, 0.01, 'ok'],
  [0.3, null, 'ok'],
  [0.2, 0.001, 'warn'],
  [0.1, 0.001, 'ok'],
  [0.05, 0, 'ok'],
])('an effect of %d with q = %p is %s', (value, qValue, verdict) => {
  expect(judgeMetric(draft(value), limits, qValue)).toEqual({
    warnAt: 0.1,
    failAt: 0.2,
    verdict,
    reason: null,
  })
})

test('an absolute threshold weighs the effect, a trailing one the value', () => {
  const rate = draft(0.5, { effect: 0.15 })
  expect(judgeMetric(rate, limits, 0).verdict).toBe('warn')
  expect(judgeMetric(rate, { ...limits, of: 'value' }, 0).verdict).toBe('fail')
})

test('under 200 rows on either side it is skipped, with the thresholds shown', () => {
  const reason = '500 reference and 199 current rows, needed are 200 each'
  expect(judgeMetric(draft(0.3, { nCurrent: 199 }), limits, 0)).toEqual({
    warnAt: 0.1,
    failAt: 0.2,
    verdict: 'skipped',
    reason,
  })
  expect(judgeMetric(draft(0.3, { nReference: 199 }), limits, 0).verdict).toBe('skipped')
  expect(judgeMetric(draft(0.3, { nReference: 200, nCurrent: 200 }), limits, 0).verdict).toBe('fail')
})

test('a number that is undefined is skipped for the reason it gives', () => {
  expect(judgeMetric(draft(null, { note: 'one bin' }), limits, null)).toMatchObject({
    verdict: 'skipped',
    reason: 'one bin',
  })
  expect(judgeMetric(draft(null), limits, null).reason).toBe('undefined for these rows')
  expect(judgeMetric(draft(null, { note: 'none' }), null, null)).toMatchObject({
    verdict: 'skipped',
    reason: 'none',
  })
})

test('without a threshold for lack of former values it is skipped, without any rule not judged', () => {
  expect(judgeMetric(draft(0.3), '3 former values', 0)).toEqual({
    warnAt: null,
    failAt: null,
    verdict: 'skipped',
    reason: '3 former values',
  })
  expect(judgeMetric(draft(0.3, { nCurrent: 3 }), null, 0)).toMatchObject({ verdict: 'none', reason: null })
})

test('that it is sampled is said with any verdict', () => {
  expect(judgeMetric(draft(0.3, { note: 'sampled' }), limits, 0).reason).toBe('sampled')
  expect(judgeMetric(draft(0.3, { note: 'sampled' }), 'no history', 0).reason).toBe('sampled; no history')
})
