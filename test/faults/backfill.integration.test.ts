import path from 'node:path'
import type { BackfillInput, BackfillProgress, BackfillSummary } from '../../schemas/backfill'
import type { backfill } from '../../workflows/backfill'
import { batchesBetween } from '../../workflows/plan/batches-between'
import { runCli } from '../stack/run-cli'
import { duckdb, eventually, goldenModel, type Scenario, startScenario } from '../stack/scenario'

let scenario: Scenario
let started = 0

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: 'all.parquet', where: 'day = $batch::date' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  maxConcurrentRuns: 3,
}
const [first, last, days, rowsOfDay] = ['2013-01-01', '2013-03-11', 70, 40]
const keys = batchesBetween({ every: 'day', timezone: 'UTC' }, first, last) ?? []

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 10000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d,
       '${first}'::date + (i // ${rowsOfDay})::int AS day FROM range(${days * rowsOfDay}) t(i))
     TO '${path.join(scenario.folder, 'all.parquet')}' (FORMAT parquet)`,
  )
  await scenario.apply(job)
}, 60_000)

const start = (input: BackfillInput) =>
  scenario.temporal.workflow.start<typeof backfill>('backfill', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/backfill/${++started}`,
    args: [input],
  })
const run = async (input: BackfillInput): Promise<BackfillSummary> => (await start(input)).result()

/** What readers see: each batch once, whole, and nothing else. */
async function expectWhole(expected: readonly string[], revision?: number) {
  const seen = await scenario.rows<{
    batch: string
    rows: number
    ids: number
    low: number
    revisions: number[]
  }>(
    `SELECT batch, count(*)::int AS rows, count(DISTINCT id)::int AS ids, min(id)::int AS low, array_agg(DISTINCT revision) AS revisions
     FROM predictions.j GROUP BY batch ORDER BY batch`,
  )
  expect(seen.map(({ batch }) => batch)).toEqual(expected)
  for (const { batch, rows, ids, low, revisions } of seen) {
    expect({ batch, rows, ids, low }).toEqual({
      batch,
      rows: rowsOfDay,
      ids: rowsOfDay,
      low: keys.indexOf(batch) * rowsOfDay,
    })
    expect(revisions).toEqual([revision ?? revisions[0]])
  }
}
const progressOf = (handle: Awaited<ReturnType<typeof start>>) =>
  handle.query<BackfillProgress>('progress').catch(() => undefined)

test('all workers killed half-way: no batch is missing, none is double, and the work done is not done again', async () => {
  const doomed = await Promise.all([scenario.worker(), scenario.worker()])
  const handle = await start({ job: 'j', from: first, to: last, inFlight: 3 })
  await eventually(async () => ((await progressOf(handle))?.published ?? 0) >= 20 || undefined, 110_000)
  await Promise.all(doomed.map((worker) => worker.kill('SIGKILL')))
  const [before] = await scenario.rows<{ done: string[] }>(
    `SELECT array_agg(run_id::text) AS done FROM nightscore.run WHERE state = 'published'`,
  )
  const heirs = await Promise.all([scenario.worker(), scenario.worker()])
  const summary = await handle.result()
  await Promise.all(heirs.map((worker) => worker.kill('SIGTERM')))
  expect(summary).toMatchObject({
    batches: days,
    published: days,
    skipped: 0,
    held: 0,
    failed: 0,
    notStarted: 0,
  })
  await expectWhole(keys, 1)
  const [after] = await scenario.rows<{ kept: number }>(
    `SELECT count(*)::int AS kept FROM nightscore.run WHERE run_id::text = ANY ($1) AND state = 'published'`,
    [before?.done],
  )
  expect(after?.kept).toBe(before?.done.length)
}, 400_000)

test('no history of it grew beyond 1,000 events', async () => {
  const lengths: number[] = []
  const query = `WorkflowId = '${scenario.taskQueue}/backfill/1'`
  await eventually(async () => {
    lengths.length = 0
    for await (const { historyLength } of scenario.temporal.workflow.list({ query }))
      lengths.push(historyLength)
    return lengths.length === 2 || undefined // 70 batches in parts of 60
  })
  expect(Math.max(...lengths)).toBeLessThan(700)
})

test('never more than three were at work, and each looked back on settled ones only, in order of date', async () => {
  const runs = await scenario.rows<{
    batch: string
    compared_before: string | null
    at_once: number
    unsettled: number
  }>(
    `SELECT batch, compared_before,
       (SELECT count(*)::int FROM nightscore.run o WHERE o.turn_at <= r.turn_at AND o.ended_at > r.turn_at) AS at_once,
       (SELECT count(*)::int FROM nightscore.run o WHERE o.batch < coalesce(r.compared_before, r.batch) AND o.ended_at > r.opened_at) AS unsettled
     FROM nightscore.run r ORDER BY batch`,
  )
  expect(Math.max(...runs.map((run) => run.at_once))).toBeLessThanOrEqual(3)
  expect(runs.filter((run) => run.unsettled > 0)).toEqual([])
  expect(runs.map((run) => run.compared_before)).toEqual(
    keys.map((_, i) => (i === 0 ? null : keys[Math.max(0, i - 2)])),
  )
})

test('what each was compared with are the batches before that, whichever was faster', async () => {
  const runs = await scenario.rows<{ batch: string; kind: string; to: string }>(
    `SELECT batch, kind, source->>'to' AS to FROM nightscore.run JOIN nightscore.reference_profile USING (reference_id) ORDER BY batch`,
  )
  const trailing = runs.filter(({ kind }) => kind === 'trailing')
  expect(trailing.length).toBeGreaterThanOrEqual(days - 20)
  // three at a time: batch 10 looks at those before batch 8
  for (const { batch, to } of trailing)
    expect({ batch, to }).toEqual({ batch, to: keys[keys.indexOf(batch) - 3] })
})

describe('with a worker', () => {
  let worker: Awaited<ReturnType<Scenario['worker']>>
  beforeAll(async () => {
    worker = await scenario.worker()
  }, 60_000)
  afterAll(() => worker.kill('SIGTERM'))

  test('started again, it skips what is published, and scores what is not', async () => {
    await scenario.rows(
      `UPDATE nightscore.run SET state = 'failed' WHERE batch IN ('2013-01-05', '2013-01-09')`,
    )
    expect(await run({ job: 'j', from: first, to: '2013-01-10', inFlight: 4 })).toMatchObject({
      batches: 10,
      published: 2,
      skipped: 8,
    })
    const revisions = await scenario.rows<{ batch: string }>(
      `SELECT batch FROM nightscore.run WHERE revision = 2 ORDER BY 1`,
    )
    expect(revisions.map(({ batch }) => batch)).toEqual(['2013-01-05', '2013-01-09'])
    await expectWhole(keys)
  })

  test('told to, it scores published batches again', async () => {
    expect(await run({ job: 'j', from: '2013-01-01', to: '2013-01-03', redo: true })).toMatchObject({
      published: 3,
      skipped: 0,
    })
    await expectWhole(keys)
  })

  test('a batch that fails does not stop the others, unless it is to', async () => {
    // the source ends on 11 March
    const input = { job: 'j', from: '2013-03-10', to: '2013-03-14', inFlight: 1 }
    const summary = await run(input)
    expect(summary).toMatchObject({ batches: 5, published: 0, skipped: 2, failed: 3, notStarted: 0 })
    expect(summary.firstFailures).toEqual(
      ['2013-03-12', '2013-03-13', '2013-03-14'].map((batch) =>
        expect.objectContaining({ batch, code: 'SOURCE_ROWS_TOO_FEW' }),
      ),
    )
    expect(await run({ ...input, stopOnFailure: true })).toMatchObject({ failed: 1, notStarted: 2 })
  })

  test('a batch that somebody else scores at the time is waited for and counted as skipped', async () => {
    const blocker = await scenario.temporal.workflow.start('scoreBatch', {
      taskQueue: `${scenario.taskQueue}-nobody`,
      workflowId: `score/j/2013-06-01`,
    })
    await scenario.rows(
      `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, publish, workflow_id, first_run_id)
       SELECT gen_random_uuid(), job, job_revision, '2013-06-01', 1, model, model_version, 'scoring', true, $1, $2 FROM nightscore.run LIMIT 1`,
      [blocker.workflowId, blocker.firstExecutionRunId],
    )
    const handle = await start({ job: 'j', from: '2013-06-01', to: '2013-06-01' })
    await eventually(
      async () =>
        (await handle.describe()).raw.pendingActivities?.some(
          ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === 'RUN_WAITS',
        ) || undefined,
    )
    await scenario.rows(`UPDATE nightscore.run SET state = 'published' WHERE batch = '2013-06-01'`)
    expect(await handle.result()).toMatchObject({ batches: 1, skipped: 1, published: 0, failed: 0 })
    await blocker.terminate('the test is over')
    await scenario.rows(`DELETE FROM nightscore.run WHERE batch = '2013-06-01'`)
  })

  test('a cancelled backfill cancels its runs and starts no more', async () => {
    const handle = await start({ job: 'j', from: first, to: last, redo: true })
    await eventually(async () => ((await progressOf(handle))?.published ?? 0) >= 1 || undefined)
    await handle.cancel()
    await expect(handle.result()).rejects.toThrow()
    expect(await scenario.rows(`SELECT batch FROM nightscore.run WHERE ended_at IS NULL`)).toEqual([])
    await expectWhole(keys)
  })

  test.each([
    [{ job: 'j', form: first, to: last }, 'unknown key "form" (nearest: "from")'],
    [{ job: 'j', from: '2013-02-30', to: last }, 'from = "2013-02-30"'],
    [{ job: 'j', from: last, to: first }, 'to: not before from'],
    [{ job: 'j', from: first, to: last, inFlight: 0 }, 'inFlight = 0'],
    [undefined, 'the whole = nothing'],
  ])('wrong input %j fails at once and says which field', async (input, text) => {
    const handle = await start(input as never)
    await expect(handle.result()).rejects.toMatchObject({
      cause: { cause: { type: 'INPUT_INVALID', nonRetryable: true, message: expect.stringContaining(text) } },
    })
  })

  test('by command: progress on stderr, counts on stdout, the exit code tells of failures', async () => {
    const env = { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue }
    const whole = await runCli(['backfill', 'j', '--from', '2013-01-01', '--to', '2013-01-03'], { env })
    expect(whole).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^j 2013-01-01 to 2013-01-03: 3 batches, 0 published, 3 skipped, in \d+ s\n$/,
      ),
    })
    const failing = await runCli(
      ['backfill', 'j', '--from', '2013-03-11', '--to', '2013-03-12', '--redo', '--json'],
      { env },
    )
    expect(failing.code).toBe(1)
    expect(JSON.parse(failing.stdout)).toMatchObject({ batches: 2, published: 1, failed: 1 })
    const misspelt = await runCli(['backfill', 'j', '--from', '2013-03', '--to', '2013-03-11'], { env })
    expect(misspelt).toMatchObject({ code: 2, stderr: expect.stringContaining('from = "2013-03"') })
  })
})
