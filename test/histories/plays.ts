import fs from 'node:fs'
import path from 'node:path'
import type { WorkflowHandle } from '@temporalio/client'
import { duckdb, eventually, goldenModel, resultOf, type Scenario } from '../stack/scenario'
import { startWebhookReceiver, type WebhookReceiver } from '../stack/webhook-receiver'

/**
 * What is recorded, by name: each play goes through workflows in a database and on a task queue of its own, with a worker running.
 * All workflows of the task queue are recorded, of each type and status the one with the longest history.
 */
export const plays: Readonly<Record<string, (scenario: Scenario) => Promise<void>>> = {
  published: async (scenario) => {
    await prepare(scenario)
    await scenario.run({ job: 'j', batch: 'n1' })
  },
  trial: async (scenario) => {
    await prepare(scenario)
    await scenario.run({ job: 'j', batch: 'n1', publish: false })
  },
  'gate-fails': async (scenario) => {
    await prepare(scenario, { quality: { maxQuarantinedShare: 0 } })
    await failing(scenario.run({ job: 'j', batch: 'n1' }))
  },
  'wrong-input': async (scenario) => {
    await prepare(scenario)
    await failing(scenario.run({ job: 'j', bacth: 'n1' } as never))
  },
  cancelled: async (scenario) => {
    await prepare(scenario, { shards: { rows: 50, inFlight: 2 } }, 2_000)
    await cancelled(scenario)
  },
  resumed: async (scenario) => {
    await prepare(scenario, { shards: { rows: 50, inFlight: 2 } }, 2_000)
    await cancelled(scenario)
    const [run] = await scenario.rows<{ run_id: string }>('SELECT run_id FROM nightscore.run')
    await scenario.run({ job: 'j', resume: run?.run_id })
  },
  'many-shards': async (scenario) => {
    await prepare(scenario, { shards: { rows: 10, inFlight: 16 } }, 1_600)
    await scenario.run({ job: 'j', batch: 'n1' })
  },
  'many-shards-cancelled': async (scenario) => {
    await prepare(scenario, { shards: { rows: 10, inFlight: 2 } }, 1_600)
    await cancelled(scenario)
  },
  evaluated: async (scenario) => {
    await prepare(scenario, { labels: { parquet: 'rows.parquet', column: 'late' } })
    await scenario.run({ job: 'j', batch: 'n1' })
    await (await start(scenario, 'evaluateBatch', { job: 'j', batch: 'n1' })).result()
  },
  'held-approved': async (scenario) => decided(scenario, 'approve'),
  'held-rejected': async (scenario) => decided(scenario, 'reject'),
  'held-undecided': async (scenario) => {
    await held(scenario)
  },
  'held-too-long': async (scenario) => {
    const hold = await held(scenario, '1s')
    await hold.result()
  },
  'held-cancelled': async (scenario) => {
    const hold = await held(scenario)
    await hold.cancel()
    await failing(hold.result())
  },
  'check-fails': async (scenario) => {
    await prepare(scenario, { key: ['b'] }) // ten values in 500 rows
    await failing(scenario.run({ job: 'j', batch: 'n1' }))
  },
  'rolled-back': async (scenario) => {
    await prepare(scenario)
    for (const _ of [1, 2]) await scenario.run({ job: 'j', batch: 'n1' })
    await (await start(scenario, 'rollbackRun', { job: 'j', batch: 'n1', why: 'as it was' })).result()
  },
  alerted: async (scenario) => {
    const receiver = await prepareAlerts(scenario, { quality: { maxQuarantinedShare: 0 } })
    await failing(scenario.run({ job: 'j', batch: 'n1' }))
    await eventually(async () => receiver.received[0])
  },
  'watched-late': async (scenario) => {
    await prepareAlerts(scenario, {
      batch: { every: 'day' },
      schedule: { cron: '0 0 1 1 *', due: '1s' },
    })
    const watch = await start(scenario, 'watchBatch', { job: 'j', batch: '2013-07-04' })
    await watch.result()
  },
  // more batches than one history of a backfill takes
  'backfill-of-many': async (scenario) => {
    await prepare(scenario, { batch: { every: 'day' } })
    const backfill = await start(scenario, 'backfill', {
      job: 'j',
      from: '2013-02-01',
      to: '2013-04-10',
      inFlight: 4,
    })
    await backfill.result()
  },
  'backfill-with-failures': async (scenario) => {
    await prepare(scenario, { batch: { every: 'day' }, quality: { maxQuarantinedShare: 0 } })
    const backfill = await start(scenario, 'backfill', { job: 'j', from: '2013-02-01', to: '2013-02-02' })
    await backfill.result()
  },
  shadowed: async (scenario) => {
    await prepare(scenario, { shadow: 'quality-rules@1' })
    await registerNext(scenario)
    await scenario.run({ job: 'j', batch: 'n1' })
  },
  compared: async (scenario) => {
    await prepare(scenario, { batch: { every: 'day' } })
    await registerNext(scenario)
    const [from, to] = ['2013-07-04', '2013-07-05']
    for (const batch of [from, to]) await scenario.run({ job: 'j', batch })
    const models = { champion: '@1', challenger: '@2' }
    await (await start(scenario, 'compareModels', { job: 'j', ...models, from, to })).result()
  },
  maintained: async (scenario) => {
    await prepare(scenario, { retention: { revisions: 1, days: 1 } })
    for (const _ of [1, 2]) await scenario.run({ job: 'j', batch: 'n1' })
    await (await start(scenario, 'maintain', {})).result()
  },
}

/** Registers a version 2, which labels by another threshold, and makes it the champion. */
async function registerNext(scenario: Scenario): Promise<void> {
  const folder = path.join(scenario.folder, 'next')
  fs.cpSync(goldenModel('quality-rules'), folder, { recursive: true })
  fs.rmSync(path.join(folder, 'golden.parquet'))
  const file = path.join(folder, 'model.yaml')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('threshold: 0.5', 'threshold: 0.6'))
  await scenario.register(folder)
}

/** Prepares a job whose alerts go to a receiver of its own. */
async function prepareAlerts(scenario: Scenario, changed: object): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver()
  await prepare(scenario, { alerts: { webhook: 'NIGHTSCORE_CONNECTION_ALERTS' }, ...changed }, 500, {
    NIGHTSCORE_CONNECTION_ALERTS: receiver.url,
    NIGHTSCORE_CONNECTION_ALERTS_SECRET: 'signed with this',
  })
  return receiver
}

/** A model, a job over a night of rows, and a worker. */
async function prepare(
  scenario: Scenario,
  changed: object = {},
  rows = 500,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 1e3 AS a, CASE WHEN i = 7 THEN 11 ELSE i % 10 END AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d, i % 2 = 0 AS late
     FROM range(${rows}) t(i)) TO '${path.join(scenario.folder, 'rows.parquet')}' (FORMAT parquet)`,
  )
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: 'rows.parquet' }, // every batch is of these rows
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    shards: { rows: 200 },
    ...changed,
  })
  await scenario.worker(env)
}

const start = (scenario: Scenario, type: string, input: object): Promise<WorkflowHandle> =>
  scenario.temporal.workflow.start(type, {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/${type}`,
    args: [input],
  })

/** Starts a run and cancels it once a few shards are scored. */
async function cancelled(scenario: Scenario): Promise<void> {
  const handle = await scenario.start({ job: 'j', batch: 'n1' })
  await eventually(async () => {
    const [found] = await scenario.rows<{ scored: number }>(
      `SELECT count(*)::int AS scored FROM nightscore.shard WHERE committed_at IS NOT NULL`,
    )
    return (found?.scored ?? 0) > 2 ? true : undefined
  })
  await handle.cancel()
  await failing(resultOf(handle))
}

/** A run that a gate holds. @returns its hold */
async function held(scenario: Scenario, timeout = '24h'): Promise<WorkflowHandle> {
  const gate = { metric: 'quarantined_share', of: 'quality', hold: 0 }
  await prepare(scenario, { monitor: { gates: [gate] }, hold: { timeout } })
  const { hold } = await scenario.run({ job: 'j', batch: 'n1' })
  return scenario.temporal.workflow.getHandle(hold?.workflowId ?? '')
}

async function decided(scenario: Scenario, update: 'approve' | 'reject'): Promise<void> {
  const hold = await held(scenario)
  await hold.executeUpdate(update, { args: [{ by: 'somebody', why: 'looked at it' }] })
  await hold.result()
}

/** Waits for an end that has to be a failure: a play that goes another way records something else than its name says. */
async function failing(end: Promise<unknown>): Promise<void> {
  const failure = await end.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (failure === undefined) throw new Error('it was to fail, and did not')
}
