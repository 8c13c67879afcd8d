import { hindrance } from '../../../workers/cli/hindrance'

const now = 1_000_000_000
const ago = (ms: number) => ({ seconds: (now - ms) / 1_000, nanos: 0 }) as never
const scheduled = 1 as never
const started = 2 as never
const told = (description: Parameters<typeof hindrance>[0]) => hindrance(description, 'nightscore', now)

test('a workflow task that nobody takes means that there is no worker', () => {
  expect(told({ pendingWorkflowTask: { state: scheduled, scheduledTime: ago(4_000) } })).toMatch(
    /^No worker takes tasks from the queue "nightscore": start one with nightscore worker/,
  )
})

test.each([
  ['has just been scheduled', { pendingWorkflowTask: { state: scheduled, scheduledTime: ago(1_000) } }],
  ['is being worked on', { pendingWorkflowTask: { state: started, scheduledTime: ago(60_000) } }],
])('a workflow task that %s is no hindrance', (_, description) => {
  expect(told(description)).toBeUndefined()
})

test('activities that wait while others run are no hindrance', () => {
  const pendingActivities = [{ state: scheduled, scheduledTime: ago(60_000) }, { state: started }]
  expect(told({ pendingActivities })).toBeUndefined()
})

test('activities that all wait mean that there is no worker', () => {
  expect(told({ pendingActivities: [{ state: scheduled, scheduledTime: ago(11_000) }] })).toMatch(
    /^No worker/,
  )
})

test('a run that waits for its turn says so, not that it fails', () => {
  const waiting = {
    state: scheduled,
    attempt: 3,
    activityType: { name: 'takeTurn' },
    lastFailure: { message: 'The run waits for its turn: …', applicationFailureInfo: { type: 'RUN_WAITS' } },
  }
  expect(told({ pendingActivities: [waiting] })).toBe('The run waits for its turn: …')
})

test('an activity that is being repeated is told with its failure', () => {
  const failing = {
    state: scheduled,
    attempt: 3,
    activityType: { name: 'scoreShard' },
    lastFailure: { message: 'refused' },
  }
  expect(told({ pendingActivities: [failing] })).toBe('scoreShard is being repeated: refused')
})
