import { plainMetric } from '../../../../activities/evaluation/quality/plain-metric'

const given = { scope: 'quality', metric: 'row_count', value: 5, nCurrent: 5 } as const

test('what is not given is null, and no rule judges it', () => {
  const { verdict, column, segment, qValue, warnAt, reason } = plainMetric(given)
  expect({ verdict, column, segment, qValue, warnAt, reason }).toEqual({
    verdict: 'none',
    column: null,
    segment: null,
    qValue: null,
    warnAt: null,
    reason: null,
  })
})

test('without a value it is skipped; what is given stays', () => {
  expect(plainMetric({ ...given, value: null }).verdict).toBe('skipped')
  expect(plainMetric({ ...given, verdict: 'ok', column: 'x' })).toMatchObject({ verdict: 'ok', column: 'x' })
})
