import fs from 'node:fs'
import path from 'node:path'
import type { RunSummary } from '../../schemas/run'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

let scenario: Scenario

/** Rows of the rules' model, whose `b` is out of range from row `bad` on. */
const writeRows = (file: string, count: number, shape = '') =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d ${shape}
     FROM range(${count}) t(i)) TO '${path.join(scenario.folder, file)}' (FORMAT parquet)`,
  )

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j', parquet: 'out' },
  shards: { rows: 1_000, inFlight: 4 },
}

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply(job)
}, 60_000)

const states = (batch: string) =>
  scenario.rows<{ state: string; error_code: string | null }>(
    'SELECT state, error_code FROM nightscore.run WHERE batch = $1 ORDER BY revision',
    [batch],
  )
const visible = async (batch: string) =>
  (
    await scenario.rows<{ revision: number; count: string }>(
      'SELECT revision, count(*) FROM predictions.j WHERE batch = $1 GROUP BY 1',
      [batch],
    )
  )[0]

/** Starts a run and waits until it is open; without a worker it can go no further, so one is stopped in between. */
async function openedWithoutWorker(batch: string) {
  const worker = await scenario.worker({ NIGHTSCORE_ACTIVITY_SLOTS: '1' })
  const handle = await scenario.start({ job: 'j', batch })
  await eventually(async () =>
    (await states(batch)).some((run) => run.state === 'scoring') ? true : undefined,
  )
  await worker.kill('SIGKILL')
  return handle
}

test('a run whose workflow was terminated is taken over by the next', async () => {
  await writeRows('terminated.parquet', 60_000)
  const handle = await openedWithoutWorker('terminated')
  await handle.terminate('the test says so')
  const worker = await scenario.worker()
  const summary = await scenario.run({ job: 'j', batch: 'terminated' })
  await worker.kill('SIGTERM')
  expect(summary).toMatchObject({ state: 'published', revision: 2 })
  expect(await states('terminated')).toEqual([
    { state: 'failed', error_code: 'RUN_ABANDONED' },
    { state: 'published', error_code: null },
  ])
  expect(await visible('terminated')).toEqual({ revision: 2, count: '60000' })
})

describe('with a worker', () => {
  let worker: Awaited<ReturnType<Scenario['worker']>>
  beforeAll(async () => {
    worker = await scenario.worker()
  }, 60_000)
  afterAll(() => worker.kill('SIGTERM'))

  test('a second run of a batch is refused while the first is under way, and the first goes on', async () => {
    await writeRows('twice.parquet', 200_000)
    const first = await scenario.start({ job: 'j', batch: 'twice' })
    await eventually(async () => ((await states('twice')).length > 0 ? true : undefined))
    await expect(scenario.run({ job: 'j', batch: 'twice' })).rejects.toMatchObject({
      type: 'RUN_IN_PROGRESS',
    })
    expect(await resultOf(first)).toMatchObject({ state: 'published', revision: 1 })
  })

  test('runs of several batches go on side by side', async () => {
    await Promise.all(['n1', 'n2', 'n3'].map((batch) => writeRows(`${batch}.parquet`, 5_000)))
    const summaries = await Promise.all(['n1', 'n2', 'n3'].map((batch) => scenario.run({ job: 'j', batch })))
    expect(summaries.map((summary: RunSummary) => summary.rows.scored)).toEqual([5_000, 5_000, 5_000])
  })

  test('a cancelled run leaves the former predictions, and goes on when it is resumed', async () => {
    await writeRows('cancelled.parquet', 3_000)
    await scenario.run({ job: 'j', batch: 'cancelled' })
    await writeRows('cancelled.parquet', 140_000)
    const handle = await scenario.start({ job: 'j', batch: 'cancelled' })
    await eventually(
      async () => (await handle.query<{ shardsDone: number }>('progress')).shardsDone > 3 || undefined,
    )
    await handle.cancel()
    await expect(resultOf(handle)).rejects.toThrow()
    expect(await visible('cancelled')).toEqual({ revision: 1, count: '3000' })
    const [, run] = await scenario.rows<{ run_id: string; state: string; committed: number }>(
      `SELECT run_id, state, (SELECT count(*)::int FROM predictions.nightscore_commit c WHERE c.run_id = r.run_id) AS committed
       FROM nightscore.run r WHERE batch = 'cancelled' ORDER BY revision`,
    )
    expect(run?.state).toBe('cancelled')
    expect(run?.committed).toBeGreaterThan(3)

    const resumed = await scenario.run({ job: 'j', resume: run?.run_id })
    expect(resumed).toMatchObject({ runId: run?.run_id, state: 'published', rows: { scored: 140_000 } })
    expect(await visible('cancelled')).toEqual({ revision: 2, count: '140000' })
    const again = await scenario.rows(
      'SELECT 1 FROM nightscore.shard WHERE run_id = $1 AND committed_at IS NULL',
      [run?.run_id],
    )
    expect(again).toEqual([])
  })

  test('a run that a Temporal schedule starts scores the batch of its scheduled time', async () => {
    await writeRows('2013-07-03.parquet', 100)
    await scenario.apply({ ...job, batch: { every: 'day', timezone: 'America/New_York', lag: 1 } })
    const schedule = await scenario.temporal.schedule.create({
      scheduleId: `${scenario.taskQueue}/schedule`,
      spec: { calendars: [{ hour: 6 }] }, // 02:00 in New York
      action: {
        type: 'startWorkflow',
        workflowType: 'scoreBatch',
        taskQueue: scenario.taskQueue,
        workflowId: `${scenario.taskQueue}/scheduled`,
        args: [{ job: 'j' }],
      },
    })
    const night = new Date('2013-07-04T06:00:00Z')
    await schedule.backfill({ start: night, end: new Date(night.getTime() + 1_000), overlap: 'ALLOW_ALL' })
    await eventually(async () => ((await visible('2013-07-03')) ? true : undefined))
    await schedule.delete()
    await scenario.apply(job)
  })

  test('a published run cannot be resumed', async () => {
    const [run] = await scenario.rows<{ run_id: string }>(
      `SELECT run_id FROM nightscore.run WHERE batch = 'n1'`,
    )
    await expect(scenario.run({ job: 'j', resume: run?.run_id })).rejects.toMatchObject({ type: 'RUN_STATE' })
  })

  test('a run with publish: false is checked and leaves the batch as it is', async () => {
    const summary = await scenario.run({ job: 'j', batch: 'n2', publish: false })
    expect(summary).toMatchObject({ state: 'rejected', revision: 2, rows: { scored: 5_000 } })
    expect(await visible('n2')).toEqual({ revision: 1, count: '5000' })
  })

  test('a run that became visible before its worker could say so counts as published', async () => {
    await scenario.rows(
      `UPDATE nightscore.run SET state = 'publishing', published_at = NULL, ended_at = NULL WHERE batch = 'n1' AND state = 'published'`,
    )
    await scenario.run({ job: 'j', batch: 'n1' })
    expect((await states('n1')).map((run) => run.state)).toEqual(['superseded', 'published'])
  })

  test('a rerun replaces the batch in both sinks, and only that batch', async () => {
    await writeRows('n3.parquet', 7_000)
    await scenario.run({ job: 'j', batch: 'n3' })
    expect(await visible('n3')).toEqual({ revision: 2, count: '7000' })
    expect(await visible('n1')).toEqual({ revision: 2, count: '5000' })
    const [[parquet] = []] = await duckdb(`SELECT count(*) FROM '${scenario.folder}/out/batch=n3/*.parquet'`)
    expect(parquet).toBe('7000')
    expect(fs.lstatSync(path.join(scenario.folder, 'out', 'batch=n3')).isSymbolicLink()).toBe(true)
    expect((await states('n3')).map((run) => run.state)).toEqual(['superseded', 'published'])
  })

  test('wrong input fails at once and says which field', async () => {
    await expect(scenario.run({ job: 'j', bacth: 'n1' } as never)).rejects.toMatchObject({
      type: 'INPUT_INVALID',
      nonRetryable: true,
      message: expect.stringContaining('unknown key "bacth" (nearest: "batch")'),
    })
  })

  test.each([undefined, null, 'j', []])('input %j fails at once too', async (input) => {
    await expect(scenario.run(input as never)).rejects.toMatchObject({
      type: 'INPUT_INVALID',
      nonRetryable: true,
    })
  })
})
