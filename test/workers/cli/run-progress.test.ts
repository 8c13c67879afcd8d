import type { RunStatus } from '../../../workers/cli/run-status'
import { createRunProgress } from '../../../workers/cli/run-progress'
import { memoryIo } from './memory-io'

const status = (change: Partial<RunStatus> = {}): RunStatus => ({
  runId: 'r',
  state: 'scoring',
  shards: 4,
  shardsDone: 1,
  rows: { read: 2_000, scored: 1_900, quarantined: 100, filtered: 0 },
  scoringMs: 1_000,
  ...change,
})

test('where nobody looks on there is a line at each change of state, and one every ten seconds', () => {
  const io = memoryIo()
  let now = 0
  const progress = createRunProgress(io, 'flights 2013-07-04', () => now)
  progress.update(
    status({ state: 'planning', shards: null, rows: { read: 0, scored: 0, quarantined: 0, filtered: 0 } }),
  )
  progress.update(status())
  now = 9_999
  progress.update(status({ shardsDone: 2 }))
  now = 10_000
  progress.update(status({ shardsDone: 3 }))
  progress.end()
  expect(io.err().split('\n')).toEqual([
    'flights 2013-07-04  1/? shards  planning',
    'flights 2013-07-04  1/4 shards  scoring: 2,000 rows read, 100 quarantined, 2,000 rows read/s',
    'flights 2013-07-04  3/4 shards  scoring: 2,000 rows read, 100 quarantined, 2,000 rows read/s',
    '',
  ])
  expect(io.out()).toBe('')
})
