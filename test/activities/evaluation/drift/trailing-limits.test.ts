import { median, trailingLimits } from '../../../../activities/evaluation/drift/trailing-limits'

// scipy.stats.median_abs_deviation(scale='normal') is 1.4826
const values = [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 100]
const near = (warnAt: number, failAt: number) => ({
  warnAt: expect.closeTo(warnAt, 12),
  failAt: expect.closeTo(failAt, 12),
})

test('limits are 3 and 6 median absolute deviations off the median, on the side where it is worse', () => {
  expect(trailingLimits(values, { metric: 'log_loss' })).toEqual(near(6.947806655516806, 11.395613311033612))
  expect(trailingLimits(values, { metric: 'roc_auc', worse: 'lower' })).toEqual(
    near(-1.947806655516806, -6.395613311033612),
  )
})

test('what a fixed limit calls negligible is no alarm, however steady the former nights were', () => {
  const steady = new Array<number>(14).fill(0.001)
  expect(trailingLimits(steady, { metric: 'psi' })).toEqual({ warnAt: 0.1, failAt: 0.25 })
})

test('under 14 values there is a reason instead', () => {
  expect(trailingLimits(values.slice(1), { metric: 'psi' })).toBe('13 former values, needed are 14')
})

test('the median is the middle value or the mean of the middle two', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5])
})
