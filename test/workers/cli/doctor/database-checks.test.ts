import { judgeLockTable } from '../../../../workers/cli/doctor/database-checks'

test('few partitions fit the lock table', () => {
  expect(judgeLockTable(6_400, 'predictions.x_all', 1_600)).toEqual({
    verdict: 'ok',
    detail: '6400 entries; most partitions: predictions.x_all with 1600',
  })
})

test('partitions whose locks take half of the lock table are warned of', () => {
  expect(judgeLockTable(6_400, 'predictions.x_all', 1_601)).toMatchObject({
    verdict: 'warn',
    fix: expect.stringContaining('max_locks_per_transaction') as string,
  })
})

test('without predictions there is nothing to warn of', () => {
  expect(judgeLockTable(64, null, 0)).toEqual({ verdict: 'ok', detail: '64 entries' })
})
