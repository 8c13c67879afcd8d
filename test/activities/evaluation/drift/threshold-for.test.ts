import {
  thresholdFor,
  type Subject,
  type ThresholdOptions,
} from '../../../../activities/evaluation/drift/threshold-for'

const of = (metric: string, options: ThresholdOptions = {}, column = 'x') =>
  thresholdFor({ scope: 'feature', metric, column, segment: null }, options)

test.each([
  ['psi', 0.1, 0.25],
  ['js_distance', 0.1, 0.2],
  ['ks', 0.1, 0.2],
  ['wasserstein', 0.2, 0.4],
  ['triangular', 0.1, 0.2],
  ['missing_rate', 0.01, 0.05],
  ['unseen_rate', 0.01, 0.05],
  ['out_of_range_rate', 0.01, 0.05],
])('%s warns over %d and fails over %d', (metric, warnAt, failAt) => {
  expect(of(metric)).toEqual({ warnAt, failAt, of: 'effect' })
})

test('nothing judges cramers_v, chi_square or a mean', () => {
  expect(['cramers_v', 'chi_square', 'mean', 'missing_rate_difference'].map((metric) => of(metric))).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test('a column’s rule is before its metric’s, a later one before an earlier one', () => {
  const limits = (warnAt: number) => ({ warnAt, failAt: 1 })
  const rules = [
    { metric: 'psi', column: 'x', limits: limits(0.3) },
    { metric: 'psi', limits: limits(0.4) },
    { metric: 'psi', limits: limits(0.5) },
    { metric: 'mean', column: 'y', limits: limits(0.6) },
  ]
  expect(of('psi', { rules })).toMatchObject({ warnAt: 0.3 })
  expect(of('psi', { rules }, 'y')).toMatchObject({ warnAt: 0.5 })
  expect([of('mean', { rules }, 'y'), of('mean', { rules })]).toMatchObject([{ warnAt: 0.6 }, null])
})

test('a rule without limits leaves its column unjudged; one of another scope says nothing', () => {
  const rules = [{ metric: 'psi', column: 'x', limits: null }]
  expect(of('psi', { rules })).toBeNull()
  expect(of('psi', { rules }, 'y')).not.toBeNull()
  expect(of('psi', { rules: [{ metric: 'psi', scope: 'label', limits: null }] })).not.toBeNull()
})

test('trailing is the median + 3 and 6 MAD of the value itself', () => {
  const values = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 100]
  const history = ({ column, segment }: Subject) => (column === 'x' && segment === null ? values : [])
  const rules = [{ metric: 'psi', limits: 'trailing' as const }]
  expect(of('psi', { rules, history })).toEqual({
    warnAt: expect.closeTo(2.5 + 3 * 1.4826, 3),
    failAt: expect.closeTo(2.5 + 6 * 1.4826, 3),
    of: 'value',
  })
})

test('under 14 former values there is a reason instead', () => {
  const rules = [{ metric: 'psi', limits: 'trailing' as const }]
  expect(of('psi', { rules, history: () => new Array<number>(13).fill(1) })).toBe(
    '13 former values, needed are 14',
  )
  expect(of('psi', { rules })).toBe('0 former values, needed are 14')
})
