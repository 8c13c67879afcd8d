import path from 'node:path'
import { cliFile, runCli } from '../stack/run-cli'
import { spawn } from 'node:child_process'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

let scenario: Scenario
let worker: Awaited<ReturnType<Scenario['worker']>>

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: '{batch}.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    maxConcurrentRuns: 1,
  })
  worker = await scenario.worker()
}, 120_000)
afterAll(() => worker.kill('SIGTERM'))

const writeRows = (batch: string, rows: number) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d
     FROM range(${rows}) t(i)) TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )
const stateOf = async (batch: string) =>
  (await scenario.rows<{ state: string }>('SELECT state FROM nightscore.run WHERE batch = $1', [batch]))[0]
    ?.state

test('runs of a job take turns: none begins before the one before it has ended, the oldest first', async () => {
  const batches = ['d1', 'd2', 'd3', 'd4']
  await Promise.all(batches.map((batch) => writeRows(batch, 20_000)))
  const handles = []
  for (const batch of batches) {
    handles.push(await scenario.start({ job: 'j', batch }))
    await eventually(async () => ((await stateOf(batch)) ? true : undefined))
  }
  const summaries = await Promise.all(handles.map(resultOf))
  expect(summaries.map(({ state }) => state)).toEqual(['published', 'published', 'published', 'published'])
  const runs = await scenario.rows<{ batch: string; before: boolean }>(
    `SELECT batch, turn_at >= lag(ended_at) OVER (ORDER BY turn_at) AS before FROM nightscore.run ORDER BY turn_at`,
  )
  expect(runs.map(({ batch }) => batch)).toEqual(batches)
  expect(runs.map(({ before }) => before)).toEqual([null, true, true, true])
})

test('a run that waits says so, leaves nothing in its history, and is cancelled cleanly', async () => {
  // a run that has its turn for good: it belongs to a workflow that is open and does nothing
  const blocker = await scenario.temporal.workflow.start('scoreBatch', {
    taskQueue: `${scenario.taskQueue}-nobody`,
    workflowId: `${scenario.taskQueue}/blocker`,
  })
  await scenario.rows(
    `INSERT INTO nightscore.run (run_id, job, job_revision, batch, revision, model, model_version, state, publish, workflow_id, first_run_id, turn_at)
     SELECT gen_random_uuid(), job, job_revision, 'blocker', 1, model, model_version, 'scoring', true, $1, $2, now() FROM nightscore.run LIMIT 1`,
    [blocker.workflowId, blocker.firstExecutionRunId],
  )
  await writeRows('waiting', 10)
  const env = { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue }
  const child = spawn(process.execPath, [cliFile, 'run', 'j', '--batch', 'waiting'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await eventually(() =>
    Promise.resolve(/The run waits for its turn: found 1 run of j/.test(told) || undefined),
  )
  expect(await stateOf('waiting')).toBe('opening')
  const [waiting] = await scenario.rows<{ workflow_id: string; run_id: string }>(
    `SELECT workflow_id, run_id FROM nightscore.run WHERE batch = 'waiting'`,
  )
  const handle = scenario.temporal.workflow.getHandle(waiting?.workflow_id ?? '')
  const asked = async () => (await handle.describe()).raw.pendingActivities?.[0]?.attempt ?? 0
  const [attempts, { historyLength }] = [await asked(), await handle.describe()]
  await eventually(async () => ((await asked()) > attempts + 1 ? true : undefined))
  expect((await handle.describe()).historyLength).toBe(historyLength)

  const cancelled = await runCli(['run', 'cancel', waiting?.run_id ?? '', '--json'], { env })
  expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelled', errorCode: 'CANCELLED' })
  await ended
  await blocker.terminate('the test is over')
  // its place is free again: nobody closed that run
  expect((await scenario.run({ job: 'j', batch: 'waiting' })).state).toBe('published')
})
