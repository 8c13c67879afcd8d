import { createHmac } from 'node:crypto'
import path from 'node:path'
import type { WatchSummary } from '../../schemas/alert'
import type { WorkerProcess } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'
import { startWebhookReceiver, type Received, type WebhookReceiver } from '../stack/webhook-receiver'

/** A job's webhook hears of each cause once, whatever fails on the way; and runs end as they would without one. */
let scenario: Scenario
let receiver: WebhookReceiver
let worker: WorkerProcess
const secret = 'a key of this test'

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  quality: { minRows: 100 },
  monitor: { gates: [{ metric: 'row_count', of: 'quality', hold: 150 }] },
  schedule: { cron: '0 2 * * *', due: '1s' },
  alerts: { webhook: 'NIGHTSCORE_CONNECTION_ALERTS' },
}
const environment = () => ({
  NIGHTSCORE_CONNECTION_ALERTS: receiver.url,
  NIGHTSCORE_CONNECTION_ALERTS_SECRET: secret,
})

beforeAll(async () => {
  scenario = await startScenario()
  receiver = await startWebhookReceiver()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply(job)
  worker = await scenario.worker(environment())
}, 60_000)
beforeEach(() => receiver.answers.splice(0))

const writeNight = (batch: string, rows: number) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d FROM range(${rows}) t(i))
     TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )
const failing = async (batch: string) => {
  await writeNight(batch, 10)
  return scenario.run({ job: 'j', batch }).catch((error: unknown) => (error as { type: string }).type)
}
interface Alert {
  readonly event: string
  readonly state: string
  readonly attempts: number
  readonly response_status: number | null
  readonly last_error: string | null
  readonly alert_id: string
}
const alertsOf = (batch: string) =>
  scenario.rows<Alert>('SELECT * FROM nightscore.alert WHERE batch = $1 ORDER BY created_at', [batch])
const sent = (batch: string) =>
  eventually(async () => (await alertsOf(batch)).find(({ state }) => state === 'sent'))
const runOf = async (batch: string) =>
  (
    await scenario.rows<{ run_id: string; state: string }>(
      'SELECT run_id, state FROM nightscore.run WHERE batch = $1 ORDER BY revision DESC',
      [batch],
    )
  )[0]!

/** As a receiver would check it, by the page on alerts. */
function isSigned({ headers, body }: Received): boolean {
  const [, seconds = '', given] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-nightscore-signature'])) ?? []
  return given === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}

test('a receiver that fails twice and then accepts gets one alert of a failed run, signed', async () => {
  receiver.answers.push(500, 429)
  expect(await failing('fails-twice')).toBe('SOURCE_ROWS_TOO_FEW')
  expect(await sent('fails-twice')).toMatchObject({
    event: 'fail',
    attempts: 3,
    response_status: 200,
    last_error: null,
  })
  const messages = receiver.about('fails-twice')
  expect(messages).toHaveLength(3)
  expect(new Set(messages.map(({ body }) => body)).size).toBe(1)
  const { alert_id: id } = (await alertsOf('fails-twice'))[0]!
  expect(messages.map(({ headers }) => headers['idempotency-key'])).toEqual([id, id, id])
  expect(messages.map(isSigned)).toEqual([true, true, true])
  expect(messages[0]?.payload).toMatchObject({
    event: 'fail',
    job: 'j',
    run: { revision: 1, model: 'quality-rules@1', state: 'failed', error: { code: 'SOURCE_ROWS_TOO_FEW' } },
  })
})

test('the same failure of a resumed run is the same cause; a new run’s is another', async () => {
  await failing('resumed')
  await sent('resumed')
  const { run_id: resume } = await runOf('resumed')
  await expect(scenario.run({ job: 'j', resume })).rejects.toMatchObject({ type: 'SOURCE_ROWS_TOO_FEW' })
  // an alert is on record before its run's workflow ends
  expect(await alertsOf('resumed')).toHaveLength(1)
  await failing('resumed')
  expect(await alertsOf('resumed')).toHaveLength(2)
  await eventually(async () =>
    (await alertsOf('resumed')).every(({ state }) => state === 'sent') ? true : undefined,
  )
  expect(receiver.about('resumed')).toHaveLength(2)
})

test('a held run is told with its gate and how to decide', async () => {
  await writeNight('held', 200)
  expect(await scenario.run({ job: 'j', batch: 'held' })).toMatchObject({ state: 'held' })
  await sent('held')
  const [{ payload } = { payload: null }] = receiver.about('held')
  expect(payload).toMatchObject({
    event: 'hold',
    run: { state: 'held', hold: { why: expect.stringContaining('row_count') } },
  })
  expect(payload?.text).toMatch(/nightscore run approve [0-9a-f]{8}/)
})

test('a scheduled start that comes to no run is told, once; one by hand is not', async () => {
  await scenario.apply({ ...job, model: 'quality-rules@nobody' })
  const scheduleId = `${scenario.taskQueue}/unopened`
  const schedule = await scenario.temporal.schedule.create({
    scheduleId,
    spec: {},
    action: {
      type: 'startWorkflow',
      workflowType: 'scoreBatch',
      taskQueue: scenario.taskQueue,
      args: [{ job: 'j' }],
    },
  })
  try {
    const unopened = () =>
      scenario.rows<Alert & { payload: { text: string; run: null } }>(
        `SELECT * FROM nightscore.alert WHERE cause LIKE 'unopened%'`,
      )
    await expect(scenario.run({ job: 'j', batch: 'by-hand' })).rejects.toMatchObject({
      type: 'MODEL_NOT_FOUND',
    })
    expect(await unopened()).toEqual([])
    await schedule.trigger('ALLOW_ALL')
    const [told] = await eventually(async () => {
      const found = await unopened()
      return found[0]?.state === 'sent' ? found : undefined
    })
    // of two in one second the server starts one: the second is part of the workflow's id
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await schedule.trigger('ALLOW_ALL')
    expect(told?.payload.run).toBeNull()
    expect(told?.payload.text).toMatch(/ failed\.\nNo such model.*nobody[^]*No run was opened/)
    await eventually(async () => {
      const query = `TemporalScheduledById = '${scheduleId}' AND ExecutionStatus = 'Failed'`
      return (await scenario.temporal.workflow.count(query)).count === 2 || undefined
    })
    expect(await unopened()).toHaveLength(1)
  } finally {
    await schedule.delete()
    await scenario.apply(job)
  }
})

test('a trial run that fails is nobody’s alarm', async () => {
  await writeNight('trial', 10)
  await expect(scenario.run({ job: 'j', batch: 'trial', publish: false })).rejects.toMatchObject({
    type: 'SOURCE_ROWS_TOO_FEW',
  })
  expect(await alertsOf('trial')).toEqual([])
})

test('a receiver that refuses is not asked again, and the run ends as it would', async () => {
  receiver.answers.push(404)
  expect(await failing('refused')).toBe('SOURCE_ROWS_TOO_FEW')
  const alert = await eventually(async () =>
    (await alertsOf('refused')).find(({ state }) => state === 'failed'),
  )
  expect(alert).toMatchObject({
    attempts: 1,
    response_status: 404,
    last_error: expect.stringContaining('ALERT_REFUSED'),
  })
  expect((await runOf('refused')).state).toBe('failed')
})

test('a batch that is not published when it is due is late, once; a published one is not', async () => {
  const watch = async (batch: string): Promise<WatchSummary> =>
    scenario.temporal.workflow.execute('watchBatch', {
      taskQueue: scenario.taskQueue,
      workflowId: `${scenario.taskQueue}/watch/${batch}/${Math.random()}`,
      args: [{ job: 'j', batch }],
    }) as Promise<WatchSummary>
  expect(await watch('never')).toMatchObject({ isLate: true, state: null })
  expect(await watch('never')).toMatchObject({ isLate: true })
  expect(receiver.about('never').map(({ payload }) => payload.event)).toEqual(['late'])
  expect(receiver.about('never')[0]?.payload.text).toContain('its schedule did not start one')
  await writeNight('on-time', 120)
  await scenario.run({ job: 'j', batch: 'on-time' })
  expect(await watch('on-time')).toMatchObject({ isLate: false, state: 'published' })
  expect(receiver.about('on-time')).toEqual([])
})

test('a worker killed between sending and recording sends again under the same key, and no third time', async () => {
  receiver.answers.push(async () => {
    await worker.kill('SIGKILL')
    return 200
  })
  await writeNight('killed', 10)
  const handle = await scenario.start({ job: 'j', batch: 'killed' })
  await eventually(async () => (receiver.about('killed').length > 0 ? true : undefined))
  await worker.ended
  worker = await scenario.worker(environment())
  await expect(resultOf(handle)).rejects.toMatchObject({ type: 'SOURCE_ROWS_TOO_FEW' })
  expect(await sent('killed')).toMatchObject({ attempts: 1 })
  const keys = receiver.about('killed').map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
})

test('a worker without the variable ends runs as ever, and says what is missing', async () => {
  await worker.kill('SIGTERM')
  worker = await scenario.worker()
  expect(await failing('unset')).toBe('SOURCE_ROWS_TOO_FEW')
  const alert = await eventually(async () =>
    (await alertsOf('unset')).find(({ state }) => state === 'failed'),
  )
  expect(alert.last_error).toMatch(/no NIGHTSCORE_CONNECTION_ALERTS.*CONNECTION_NOT_SET/)
})
