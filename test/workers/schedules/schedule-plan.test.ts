import type { ScheduleDescription } from '@temporalio/client'
import { jobFileSchema, type JobFile } from '../../../schemas/job-file'
import {
  planDifferences,
  plannedSchedule,
  scheduleInForce,
  scheduleOptions,
} from '../../../workers/schedules/schedule-plan'

const job = (schedule?: Record<string, unknown>): JobFile =>
  jobFileSchema.parse({
    name: 'flights-late',
    model: 'flights-late@champion',
    source: { parquet: 'x.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.x' },
    batch: { timezone: 'America/New_York' },
    ...(schedule && { schedule }),
  })
const plan = (schedule: Record<string, unknown>) =>
  plannedSchedule(job({ cron: '0 2 * * *', ...schedule }), 'q')!

test('a job without a schedule plans none', () => {
  expect(plannedSchedule(job(), 'q')).toBeNull()
})

test('a job’s schedule is a Temporal schedule in the zone of its batches', () => {
  const whole = plan({
    cron: ' 0  2 * * * ',
    overlap: 'buffer-one',
    catchUp: '6h',
    jitter: '5m',
    pauseOnFailure: true,
    note: 'ask the data team',
  })
  expect(scheduleOptions('flights-late', whole)).toEqual({
    scheduleId: 'nightscore/flights-late',
    spec: { cronExpressions: ['0 2 * * * # 0 2 * * *'], timezone: 'America/New_York', jitter: 300_000 },
    policies: { overlap: 'BUFFER_ONE', catchupWindow: 21_600_000, pauseOnFailure: true },
    state: { note: 'ask the data team' },
    action: {
      type: 'startWorkflow',
      workflowType: 'scoreBatch',
      workflowId: 'score/flights-late',
      taskQueue: 'q',
      args: [{ job: 'flights-late' }],
      staticSummary: 'Score flights-late',
      staticDetails: 'ask the data team',
    },
  })
})

test('what a file leaves out: every night counts, a lost half day is made up for', () => {
  expect(plan({})).toMatchObject({
    overlap: 'ALLOW_ALL',
    catchUpMs: 43_200_000,
    jitterMs: 0,
    pauseOnFailure: false,
    note: null,
  })
})

test.each([
  ['allow-all', 'ALLOW_ALL'],
  ['skip', 'SKIP'],
  ['buffer-one', 'BUFFER_ONE'],
  ['buffer-all', 'BUFFER_ALL'],
  ['cancel-other', 'CANCEL_OTHER'],
  ['terminate-other', 'TERMINATE_OTHER'],
])('overlap %s is Temporal’s %s', (overlap, expected) => {
  expect(plan({ overlap }).overlap).toBe(expected)
})

test.each([
  ['10 * * * *', 'Europe/Berlin', 'UTC'],
  ['*/15 * * * *', 'America/New_York', 'UTC'],
  ['10 * * * *', 'Asia/Kolkata', 'Asia/Kolkata'],
  ['10 * * * *', 'Australia/Lord_Howe', 'Australia/Lord_Howe'],
  ['10 8-18 * * *', 'Europe/Berlin', 'Europe/Berlin'],
  ['0 2 * * *', 'Europe/Berlin', 'Europe/Berlin'],
])('the times of %s in %s are counted in %s', (cron, timezone, expected) => {
  const { timezone: counted } = plannedSchedule(
    { ...job({ cron }), batch: { every: 'hour', timezone, lag: 1 } },
    'q',
  )!
  expect(counted).toBe(expected)
})

/** As the server tells it of what scheduleOptions asked for. */
const description = (spec = {}): ScheduleDescription =>
  ({
    spec: {
      calendars: [{ comment: '0 2 * * *' }],
      intervals: [],
      skip: [],
      jitter: 0,
      timezone: 'America/New_York',
      ...spec,
    },
    policies: { overlap: 'ALLOW_ALL', catchupWindow: 43_200_000, pauseOnFailure: false },
    action: { workflowType: 'scoreBatch', taskQueue: 'q', args: [{ job: 'flights-late' }] },
  }) as never

test('a schedule that is as planned differs in nothing', () => {
  expect(planDifferences(plan({}), scheduleInForce(description()))).toEqual([])
})

test.each([
  ['another cron line', { cron: '0 3 * * *' }, ['cron']],
  ['another note', { note: 'new' }, ['note']],
  ['another window and overlap', { catchUp: '1h', overlap: 'skip' }, ['overlap', 'catchUpMs']],
  ['jitter and pausing', { jitter: '1m', pauseOnFailure: true }, ['jitterMs', 'pauseOnFailure']],
])('%s is a difference', (_, change, expected) => {
  expect(planDifferences(plan(change), scheduleInForce(description()))).toEqual(expected)
})

test.each([
  ['an end', { endAt: new Date(0) }],
  ['a time to skip', { skip: [{}] }],
  ['an interval', { intervals: [{ every: 1 }] }],
  ['a second calendar', { calendars: [{ comment: '0 2 * * *' }, { comment: '0 3 * * *' }] }],
  ['a calendar of its own', { calendars: [{}] }],
])('%s that somebody added by hand is a difference', (_, spec) => {
  expect(planDifferences(plan({}), scheduleInForce(description(spec)))).toEqual(['cron'])
})
