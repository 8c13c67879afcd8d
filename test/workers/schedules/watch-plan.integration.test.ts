import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ScheduleNotFoundError } from '@temporalio/client'
import { stringify } from 'yaml'
import { ensureMaintenance, maintenanceScheduleId } from '../../../workers/schedules/ensure-maintenance'
import { scheduleId } from '../../../workers/schedules/schedule-plan'
import { watchScheduleId } from '../../../workers/schedules/watch-plan'
import { runCli } from '../../stack'
import { whenFileEnds } from '../../stack/clean-up'
import { eventually, goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { startWebhookReceiver, type WebhookReceiver } from '../../stack/webhook-receiver'

/** Late batches, the weekly maintenance and alerts by the command line, against the real server. */
let scenario: Scenario
let receiver: WebhookReceiver
const name = `late-${randomBytes(4).toString('hex')}`
const job = {
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.late' },
  batch: { every: 'day', timezone: 'America/New_York', lag: 1 },
  schedule: { cron: '0 2 * * *', due: '1s', jitter: '5m', catchUp: '3h', overlap: 'skip' },
}
const alerts = { webhook: 'NIGHTSCORE_CONNECTION_LATE' }

beforeAll(async () => {
  scenario = await startScenario()
  receiver = await startWebhookReceiver()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.worker({ NIGHTSCORE_CONNECTION_LATE: receiver.url })
  whenFileEnds(async () => {
    for (const id of [scheduleId(name), watchScheduleId(name), maintenanceScheduleId])
      await scenario.temporal.schedule
        .getHandle(id)
        .delete()
        .catch(() => undefined)
  })
}, 60_000)

const cli = (...args: string[]) =>
  runCli(args, {
    cwd: scenario.folder,
    env: {
      DATABASE_URL: scenario.databaseUrl,
      NIGHTSCORE_TASK_QUEUE: scenario.taskQueue,
      NIGHTSCORE_STORE: scenario.store,
      NIGHTSCORE_CONNECTION_LATE: receiver.url,
    },
  })
async function apply(file: object) {
  writeFileSync(path.join(scenario.folder, 'job.yaml'), stringify(file))
  return cli('apply', 'job.yaml')
}
/** On the calendar of the job’s zone. */
const yesterday = () =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(Date.now() - 86_400_000)
const watch = () => scenario.temporal.schedule.getHandle(watchScheduleId(name))

test('a job whose late batches somebody hears of has a second schedule at the same times', async () => {
  expect(await apply({ ...job, alerts })).toMatchObject({ code: 0 })
  const { spec, policies, action } = await watch().describe()
  expect(spec.calendars?.[0]).toMatchObject({ comment: '0 2 * * *' })
  expect(spec.timezone).toBe('America/New_York')
  expect(policies).toMatchObject({ overlap: 'ALLOW_ALL', catchupWindow: 3 * 3_600_000 })
  expect(action).toMatchObject({ workflowType: 'watchBatch', args: [{ job: name }] })
  const { stdout } = await cli('schedule', 'list')
  expect(stdout).toContain(`${name}: late 1s after its time`)
})

test('when the batch is not there by then, the webhook is told which one', async () => {
  const before = yesterday()
  await watch().trigger()
  const [told] = await eventually(() =>
    Promise.resolve(receiver.received.length > 0 ? receiver.received : undefined),
  )
  expect(told?.payload).toMatchObject({ event: 'late', job: name, run: null })
  expect([before, yesterday()]).toContain(told?.payload.batch)
})

test('pausing the job’s schedule pauses its watch', async () => {
  expect((await cli('schedule', 'pause', name, '--why', 'test')).code).toBe(0)
  expect((await watch().describe()).state.paused).toBe(true)
  expect((await cli('schedule', 'resume', name)).code).toBe(0)
  expect((await watch().describe()).state.paused).toBe(false)
})

test('it goes with the alert, the due time or the schedule', async () => {
  await apply({ ...job, alerts: { ...alerts, on: ['fail'] } })
  await expect(watch().describe()).rejects.toThrow(ScheduleNotFoundError)
  await apply({ ...job, alerts })
  await watch().describe()
  await apply({ ...job, alerts, schedule: undefined })
  await expect(watch().describe()).rejects.toThrow(ScheduleNotFoundError)
})

test('alert test goes by a worker; alert list and doctor tell of it', async () => {
  const tested = await cli('alert', 'test', name)
  expect(tested).toMatchObject({ code: 0, stdout: 'The receiver took it: status 200.\n' })
  expect(receiver.received.at(-1)?.payload).toMatchObject({ event: 'test', job: name })
  receiver.answers.push(403)
  const refused = await cli('alert', 'test', name)
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('ALERT_REFUSED') })
  const listed = JSON.parse((await cli('alert', 'list', '--job', name, '--json')).stdout) as {
    state: string
  }[]
  expect(listed.map(({ state }) => state)).toEqual(['failed', 'sent', 'sent'])
  const doctor = JSON.parse((await cli('doctor', '--json')).stdout) as {
    checks: { name: string; verdict: string }[]
  }
  expect(doctor.checks).toContainEqual(expect.objectContaining({ name: 'alerts', verdict: 'warn' })) // no key
})

test('maintain by the command line: what would be dropped, what was', async () => {
  expect(await cli('maintain', '--dry-run')).toMatchObject({ code: 0, stdout: 'Nothing is to be dropped.\n' })
  const { code, stdout } = await cli('maintain', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ dryRun: false, jobs: 1, bytes: 0, dropped: [], errors: [] })
})

test('the weekly maintenance is made once, and left as people changed it', async () => {
  const { temporal, taskQueue } = scenario
  await Promise.all([ensureMaintenance(temporal, taskQueue), ensureMaintenance(temporal, taskQueue)])
  const handle = temporal.schedule.getHandle(maintenanceScheduleId)
  await handle.pause('test')
  expect(await ensureMaintenance(temporal, taskQueue)).toBe(false)
  const { state, spec, action } = await handle.describe()
  expect(state.paused).toBe(true)
  expect(spec.calendars).toHaveLength(1)
  expect(action).toMatchObject({ workflowType: 'maintain', args: [{}] })
})
