import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { describeSchedule } from '../../../../workers/schedules/sync-schedule'
import { runCli } from '../../../stack/run-cli'
import { goldenModel, type Scenario, startScenario } from '../../../stack/scenario'

let scenario: Scenario
const name = `scheduled-${randomUUID().slice(0, 8)}`
const job = {
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  batch: { timezone: 'America/New_York' },
}
const nightly = { ...job, schedule: { cron: '0 4 * * *', jitter: '5m', note: 'ask the data team' } }

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
}, 60_000)
afterAll(() =>
  scenario.temporal.schedule
    .getHandle(`nightscore/${name}`)
    .delete()
    .catch(() => undefined),
)

async function cli(...words: string[]) {
  const { code, stdout, stderr } = await runCli([...words, '--json'], {
    env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
  })
  return { code, stderr, answer: JSON.parse(stdout) as unknown }
}
function apply(content: object, env: NodeJS.ProcessEnv = {}) {
  const file = path.join(scenario.folder, 'job.yaml')
  fs.writeFileSync(file, stringify(content))
  return runCli(['apply', file, '--json'], {
    env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue, ...env },
  }).then(({ code, stdout }) => ({ code, answer: JSON.parse(stdout) as Record<string, unknown> }))
}
const found = () => describeSchedule(scenario.temporal, name)
const revisions = async () =>
  (await scenario.rows<{ revision: number }>('SELECT revision FROM nightscore.job WHERE name = $1', [name]))
    .length

test('a job without a schedule is applied without Temporal', async () => {
  const { code, answer } = await apply(job, { TEMPORAL_ADDRESS: '127.0.0.1:9' })
  expect({ code, ...answer }).toMatchObject({ code: 0, changed: true, schedule: { change: 'none' } })
})

test('where Temporal does not answer, a job with a schedule is not stored, and the error says so', async () => {
  const { code, answer } = await apply(nightly, { TEMPORAL_ADDRESS: '127.0.0.1:9' })
  expect({ code, ...answer }).toMatchObject({
    code: 1,
    error: {
      code: 'TEMPORAL_UNREACHABLE',
      message: expect.stringMatching(/The job stays as it was.*apply the file again/),
    },
  })
  expect(await revisions()).toBe(1)
})

test('a cron line that the server refuses is not stored either', async () => {
  const { code, answer } = await apply({ ...job, schedule: { cron: '99 2 * * *' } })
  expect({ code, ...answer }).toMatchObject({
    code: 1,
    error: {
      code: 'JOB_INVALID',
      message: expect.stringMatching(/"99 2 \* \* \*" .*Minute is not in range/),
    },
  })
  expect(await revisions()).toBe(1)
  expect(await found()).toBeUndefined()
})

test('applying a schedule creates it, as the file says', async () => {
  expect((await apply(nightly)).answer).toMatchObject({ schedule: { change: 'created', warnings: [] } })
  const schedule = await found()
  expect(schedule).toMatchObject({
    spec: { timezone: 'America/New_York', jitter: 300_000 },
    policies: { overlap: 'ALLOW_ALL', catchupWindow: 43_200_000, pauseOnFailure: false },
    action: { workflowType: 'scoreBatch', taskQueue: scenario.taskQueue, args: [{ job: name }] },
    state: { paused: false, note: 'ask the data team' },
  })
  expect(new Set(schedule?.info.nextActionTimes.map(newYorkHour))).toEqual(new Set(['04']))
})

const newYorkHour = (time: Date) =>
  time.toLocaleString('en-GB', { timeZone: 'America/New_York', hour: '2-digit' })

test('applying an unchanged file leaves the schedule alone, paused or not', async () => {
  const before = await found()
  expect((await apply(nightly)).answer).toMatchObject({ changed: false, schedule: { change: 'unchanged' } })
  await cli('schedule', 'pause', name, '--why', 'holidays')
  expect((await apply(nightly)).answer).toMatchObject({ changed: false, schedule: { change: 'unchanged' } })
  const after = await found()
  expect(after?.state).toMatchObject({
    paused: true,
    note: expect.stringMatching(/^holidays \(paused by .*@.*\)$/),
  })
  expect(after?.spec).toEqual(before?.spec)
})

test('a changed schedule stays paused, with the reason', async () => {
  const changed = { ...nightly, schedule: { ...nightly.schedule, cron: '30 5 * * *', overlap: 'skip' } }
  expect((await apply(changed)).answer).toMatchObject({ changed: true, schedule: { change: 'updated' } })
  expect(await found()).toMatchObject({
    policies: { overlap: 'SKIP' },
    state: { paused: true, note: expect.stringContaining('holidays') },
  })
  const listed = await cli('schedule', 'list')
  expect(listed.answer).toEqual([
    expect.objectContaining({
      job: name,
      cron: '30 5 * * *',
      state: 'paused',
      differs: [],
      nextTimes: [],
      lastRuns: [],
    }),
  ])
  await cli('schedule', 'resume', name, '--why', 'back')
  expect((await found())?.state).toMatchObject({
    paused: false,
    note: expect.stringMatching(/^back \(resumed by/),
  })
})

test('a schedule that somebody changed by hand is told by list and doctor, and mended by apply', async () => {
  await scenario.temporal.schedule
    .getHandle(`nightscore/${name}`)
    .update((former) => ({ ...former, spec: { calendars: [{ hour: 9 }] }, action: former.action }))
  expect((await cli('schedule', 'list')).answer).toMatchObject([
    { differs: ['cron', 'timezone', 'jitterMs'] },
  ])
  const { answer } = await cli('doctor')
  expect(answer).toMatchObject({
    checks: expect.arrayContaining([
      expect.objectContaining({ name: 'schedules', verdict: 'warn', detail: expect.stringContaining(name) }),
    ]),
  })
  expect((await apply(nightly)).answer).toMatchObject({ schedule: { change: 'updated' } })
  expect((await cli('schedule', 'list')).answer).toMatchObject([{ state: 'active', differs: [] }])
})

test('nights that the clocks leave out or double are told when the job is applied', async () => {
  const skipped = await apply({ ...job, schedule: { cron: '30 2 * * *' } })
  expect(skipped.answer).toMatchObject({
    schedule: { warnings: [expect.stringMatching(/^No run will start for \d{4}-03-\d\d: the clocks skip/)] },
  })
  const doubled = await apply({ ...job, schedule: { cron: '30 1 * * *' } })
  expect(doubled.answer).toMatchObject({
    schedule: { warnings: [expect.stringMatching(/^Two runs will start for \d{4}-1[01]-\d\d, since/)] },
  })
})

test('taking schedule out of the file removes it; without Temporal the job keeps it', async () => {
  const failed = await apply(job, { TEMPORAL_ADDRESS: '127.0.0.1:9' })
  expect(failed).toMatchObject({ code: 1, answer: { error: { code: 'TEMPORAL_UNREACHABLE' } } })
  expect(await found()).toBeDefined()
  expect((await apply(job)).answer).toMatchObject({ changed: true, schedule: { change: 'removed' } })
  expect(await found()).toBeUndefined()
  expect((await cli('schedule', 'list')).answer).toEqual([])
})

test('a job without a schedule cannot be paused, and a misspelt one is told', async () => {
  expect(await cli('schedule', 'pause', name)).toMatchObject({
    code: 1,
    answer: { error: { code: 'SCHEDULE_NOT_FOUND' } },
  })
  expect(await cli('schedule', 'trigger', `${name}x`)).toMatchObject({
    code: 1,
    answer: { error: { code: 'JOB_NOT_FOUND', message: expect.stringContaining(`nearest: ${name}`) } },
  })
})
