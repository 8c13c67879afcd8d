import { threadRole, threadTimes, type CpuProfile } from '../../../bench/peers/cpu-profile'

const node = (id: number, functionName: string, url = '', lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
})

const profile: CpuProfile = {
  nodes: [
    node(1, '(root)'),
    node(2, '(idle)'),
    node(3, 'run'),
    node(4, 'encode', 'file:///some/where/dist/activities/features/batch-encoder.js', 9),
    node(5, '', 'file:///some/where/node_modules/pg/dist/query.js', 0),
    node(6, 'run'), // called from elsewhere
    node(7, 'atomicsWaitLoop', 'file:///some/where/node_modules/piscina/dist/worker.js', 125),
  ],
  samples: [1, 2, 3, 4, 6, 5, 7],
  timeDeltas: [10, 5_000_000, 2_000_000, 1_500_000, 1_000_000, 500_000, 9_000_000],
}

test('the time of a function in itself is summed over its callers; waiting is not busy', () => {
  expect(threadTimes('it', profile, 2)).toEqual({
    thread: 'it',
    busySeconds: 5,
    top: [
      { where: 'run', seconds: 3, share: 0.6 },
      { where: 'encode (activities/features/batch-encoder.js:10)', seconds: 1.5, share: 0.3 },
    ],
  })
})

test('files are named without the folders of the machine, those of packages by the package', () => {
  expect(threadTimes('it', profile, 9).top.at(-1)?.where).toBe('(anonymous) (pg/dist/query.js:1)')
})

test('a thread is called by what it runs', () => {
  const running = (file: string): CpuProfile => ({
    ...profile,
    nodes: [node(1, 'main', `file:///x/${file}`)],
  })
  expect(threadRole(running('dist/activities/scoring/score-shard-thread.js'), 3)).toBe('scoring thread 3')
  expect(threadRole(running('dist/activities/scoring/score-shard-thread.js'), 0)).toBe('main thread')
  expect(threadRole(running('workflow-worker-thread.js'), 1)).toBe('workflow thread 1')
})
