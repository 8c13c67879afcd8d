import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Client } from '@temporalio/client'
import { jobFileSchema } from '../../schemas/job-file'
import { batchOfTime, type BatchRule } from '../../workflows/plan/batch-of-time'
import { stackFolders } from '../../workers/local-stack/folders'
import { startLocalStack } from '../../workers/local-stack'
import { readRecord } from '../../workers/local-stack/state'
import { listSchedules } from '../../workers/schedules/list-schedules'
import { matchingTimes } from '../../workers/schedules/matching-times'
import { scheduleId } from '../../workers/schedules/schedule-plan'
import { describeSchedule, syncSchedule } from '../../workers/schedules/sync-schedule'
import { connectTemporal } from '../../workers/temporal-connection'
import { whenFileEnds } from '../stack/clean-up'
import { binFolder, openFolder } from '../stack/local-stacks'
import { runCli } from '../stack/run-cli'
import { duckdb, eventually, goldenModel, type Scenario, startScenario } from '../stack/scenario'

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
}, 60_000)

const jobOf = (name: string, batch: Partial<BatchRule>, schedule: Record<string, unknown>) => ({
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: `predictions."${name}"` },
  batch,
  schedule,
})

const writeRows = (batch: string) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d
     FROM range(100) t(i)) TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )

/** Applies a job with a schedule of its own; its name is new, since the Temporal server is shared. */
async function scheduled(
  batch: Partial<BatchRule>,
  schedule: Record<string, unknown>,
  client: Client = scenario.temporal,
) {
  const name = `scheduled-${randomUUID().slice(0, 8)}`
  const job = jobOf(name, batch, schedule)
  await scenario.apply(job)
  await syncSchedule(client, jobFileSchema.parse(job), scenario.taskQueue)
  whenFileEnds(() =>
    client.schedule
      .getHandle(scheduleId(name))
      .delete()
      .catch(() => undefined),
  )
  return name
}

const published = async (job: string) =>
  (
    await scenario.rows<{ batch: string }>(
      `SELECT batch FROM nightscore.run WHERE job = $1 AND state = 'published' ORDER BY batch`,
      [job],
    )
  ).map(({ batch }) => batch)

describe('with a worker', () => {
  let worker: Awaited<ReturnType<Scenario['worker']>>
  beforeAll(async () => {
    worker = await scenario.worker()
  }, 60_000)
  afterAll(() => worker.kill('SIGTERM'))

  test('three past nights are scored as they would have been', async () => {
    const nights = ['2013-07-02', '2013-07-03', '2013-07-04']
    await Promise.all(nights.map(writeRows))
    const job = await scheduled({ timezone: 'America/New_York', lag: 1 }, { cron: '0 2 * * *' })
    await scenario.temporal.schedule.getHandle(scheduleId(job)).backfill({
      start: new Date('2013-07-03T00:00:00Z'),
      end: new Date('2013-07-06T00:00:00Z'),
      overlap: 'ALLOW_ALL',
    })
    expect(
      await eventually(async () => {
        const batches = await published(job)
        return batches.length === 3 ? batches : undefined
      }),
    ).toEqual(nights)
  })

  test('a schedule of every minute fires by itself, and its batch is that of its time', async () => {
    const job = await scheduled({ every: 'hour', lag: 0 }, { cron: '* * * * *' })
    const soon = [0, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 13))
    await Promise.all(soon.map(writeRows))
    const last = await eventually(async () => {
      const [found] = (
        await listSchedules(scenario.temporal, scenario.connections.control, scenario.taskQueue)
      ).filter((one) => one.job === job)
      return found?.lastRuns.find(({ state }) => state === 'published')
    }, 110_000)
    expect(last.batch).toBe(last.scheduledAt.slice(0, 13))
    expect(last.workflowId).toMatch(new RegExp(`^score/${job}-\\d{4}-`))
  })

  test('a run that fails pauses a schedule that asks for it, with the reason', async () => {
    const job = await scheduled({}, { cron: '0 2 1 1 *', pauseOnFailure: true })
    const { code, stdout } = await runCli(['schedule', 'trigger', job, '--json'], {
      env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
    })
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, job, batch: yesterday() })
    const { state } = await eventually(async () => {
      const found = await describeSchedule(scenario.temporal, job)
      return found?.state.paused === true ? found : undefined
    })
    expect(state.note).toMatch(/^paused after score\/scheduled-.* failed: SOURCE_NO_FILES /)
    const list = await runCli(['schedule', 'list'], {
      env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
    })
    expect(list.stdout).toMatch(new RegExp(`^${job} +0 2 1 1 \\* +UTC +paused +${yesterday()} failed$`, 'm'))
    expect(list.stdout).toMatch(new RegExp(`^${job}: paused: paused after score/`, 'm'))
  })

  test('a triggered schedule scores the batch that is due now', async () => {
    await Promise.all([yesterday(), new Date().toISOString().slice(0, 10)].map(writeRows))
    const job = await scheduled({ lag: 1 }, { cron: '0 2 1 1 *' })
    const before = yesterday()
    await scenario.temporal.schedule.getHandle(scheduleId(job)).trigger()
    const [batch] = await eventually(async () => {
      const batches = await published(job)
      return batches.length > 0 ? batches : undefined
    })
    expect([before, yesterday()]).toContain(batch)
  })
})

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)

describe('on the days when clocks change', () => {
  const [day, hour] = [
    { every: 'day', lag: 1 },
    { every: 'hour', lag: 1 },
  ] as const

  test.each([
    [
      'a night at 2:00 is started on every day',
      'America/New_York',
      day,
      '0 2 * * *',
      '2013-11-02',
      '2013-11-05',
      ['2013-11-01', '2013-11-02', '2013-11-03'],
    ],
    [
      'a night at a missing time is left out',
      'America/New_York',
      day,
      '30 2 * * *',
      '2013-03-09',
      '2013-03-12',
      ['2013-03-08', '2013-03-10'],
    ],
    [
      'a night at a time shown twice is started twice',
      'America/New_York',
      day,
      '30 1 * * *',
      '2013-11-02',
      '2013-11-05',
      ['2013-11-01', '2013-11-02', '2013-11-02', '2013-11-03'],
    ],
    [
      'a night at a missing time in Berlin is left out',
      'Europe/Berlin',
      day,
      '30 2 * * *',
      '2013-03-30',
      '2013-04-02',
      ['2013-03-29', '2013-03-31'],
    ],
    [
      'a night at a time shown twice in Berlin is started once',
      'Europe/Berlin',
      day,
      '30 2 * * *',
      '2013-10-26',
      '2013-10-29',
      ['2013-10-25', '2013-10-26', '2013-10-27'],
    ],
    [
      'the missing hour has no batch',
      'America/New_York',
      hour,
      '10 * * * *',
      '2013-03-10T06',
      '2013-03-10T09',
      ['2013-03-10T00', '2013-03-10T01', '2013-03-10T03'],
    ],
    [
      'both hours of one name have batches',
      'America/New_York',
      hour,
      '10 * * * *',
      '2013-11-03T05',
      '2013-11-03T09',
      ['2013-11-03T00', '2013-11-03T01', '2013-11-03T01-0500', '2013-11-03T02'],
    ],
    [
      'both hours of one name have batches in Berlin',
      'Europe/Berlin',
      hour,
      '10 * * * *',
      '2013-10-27T00',
      '2013-10-27T03',
      ['2013-10-27T01', '2013-10-27T02', '2013-10-27T02+0100'],
    ],
  ])('%s (%s)', async (_, timezone, rule, cron, from, to, expected) => {
    const job = await scheduled({ ...rule, timezone }, { cron })
    const utc = (key: string) => new Date(key.length > 10 ? `${key}:00:00Z` : `${key}T00:00:00Z`)
    const times = await matchingTimes(scenario.temporal, job, utc(from), new Date(utc(to).getTime() - 1_000))
    expect(times.map((time) => batchOfTime({ ...rule, timezone }, time))).toEqual(expected)
  })
})

test('what was due while the server was down is started when it is back, for the time that it was due', async () => {
  const root = openFolder()
  const startServer = () =>
    startLocalStack({ root, binFolder, ports: 'any', env: { DATABASE_URL: process.env['DATABASE_URL'] } })
  const first = await startServer()
  const client = await connectTemporal({ ...process.env, TEMPORAL_ADDRESS: first.temporalAddress })
  const soon = [0, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 13))
  await Promise.all(soon.map(writeRows))
  const job = await scheduled({ every: 'hour', lag: 0 }, { cron: '* * * * *', catchUp: '1h' }, client)
  const [due] = (await describeSchedule(client, job))?.info.nextActionTimes ?? []
  await client.connection.close()
  const temporal = readRecord(stackFolders(root, binFolder), 'temporal')
  process.kill(temporal?.process.pid ?? 0, 'SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, (due?.getTime() ?? 0) - Date.now() + 2_000))

  const second = await startServer()
  whenFileEnds(() => second.stop())
  const backAt = Date.now()
  const again = await connectTemporal({ ...process.env, TEMPORAL_ADDRESS: second.temporalAddress })
  whenFileEnds(() => again.connection.close())
  const worker = await scenario.worker({ TEMPORAL_ADDRESS: second.temporalAddress })
  const action = await eventually(async () => {
    const found = await describeSchedule(again, job)
    return found?.info.recentActions.find(({ scheduledAt }) => scheduledAt.getTime() === due?.getTime())
  })
  expect(action.takenAt.getTime()).toBeGreaterThan(backAt - 15_000)
  const { workflowId } = action.action.workflow
  const [run] = await eventually(async () => {
    const runs = await scenario.rows<{ batch: string; state: string }>(
      `SELECT batch, state FROM nightscore.run WHERE workflow_id = $1 AND state = 'published'`,
      [workflowId],
    )
    return runs.length > 0 ? runs : undefined
  })
  await again.schedule.getHandle(scheduleId(job)).delete()
  await worker.kill('SIGTERM')
  expect(run?.batch).toBe(due?.toISOString().slice(0, 13))
}, 240_000)
