import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { MaintainInput, MaintainSummary } from '../../schemas/maintenance'
import type { WorkerProcess } from '../stack'
import { duckdb, eventually, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** Retention, by the workflow that people and the weekly schedule start: what it drops, and what it never does. */
let scenario: Scenario
let worker: WorkerProcess

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { csv: '{batch}.csv' },
  key: ['id'],
  sink: { postgres: 'predictions.j', parquet: 'out' },
  quality: { maxQuarantinedShare: 0.5 },
  monitor: { reference: { trailing: 2 } },
  labels: { column: 'label' },
  retention: { revisions: 2, days: 30 },
}

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply(job)
  worker = await scenario.worker()
}, 60_000)

/** 100 rows, the last one of which is quarantined: its `b` is missing. */
const writeNight = (batch: string) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, CASE WHEN i < 99 THEN i % 10 END AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d
     FROM range(100) t(i)) TO '${path.join(scenario.folder, `${batch}.csv`)}' (HEADER)`,
  )
const score = async (batch: string, publish = true) => {
  await writeNight(batch)
  return (await scenario.run({ job: 'j', batch, publish })).runId
}
let started = 0
const startMaintain = (input?: MaintainInput) =>
  scenario.temporal.workflow.start('maintain', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/maintain/${++started}`,
    args: input === undefined ? [] : [input],
  })
const maintain = async (input?: MaintainInput): Promise<MaintainSummary> =>
  (await (await startMaintain(input)).result()) as MaintainSummary
const counts = ({ dropped }: MaintainSummary) =>
  Object.fromEntries(dropped.map(({ kind, count }) => [kind, count]))

const readers = (batch: string) =>
  scenario.rows(
    'SELECT revision, count(*)::int AS rows FROM predictions.j WHERE batch = $1 GROUP BY 1 ORDER BY 1',
    [batch],
  )
const tablesOf = async (batch: string) =>
  (
    await scenario.rows<{ revision: number }>(
      `SELECT revision FROM nightscore.run WHERE batch = $1
         AND to_regclass('predictions.nightscore_run_' || replace(run_id::text, '-', '')) IS NOT NULL ORDER BY 1`,
      [batch],
    )
  ).map(({ revision }) => revision)
const foldersOf = async (batch: string, folder: string) => {
  const runs = await scenario.rows<{ run_id: string; revision: number }>(
    'SELECT run_id, revision FROM nightscore.run WHERE batch = $1 ORDER BY revision',
    [batch],
  )
  return runs.filter(({ run_id: id }) => existsSync(path.join(folder, id))).map(({ revision }) => revision)
}
/** As though a run had ended so long ago. */
const age = (batch: string, days: number) =>
  scenario.rows(`UPDATE nightscore.run SET ended_at = now() - $2 * interval '1 day' WHERE batch = $1`, [
    batch,
    days,
  ])
const settle = (folder: string) => {
  for (const run of readdirSync(folder))
    for (const name of readdirSync(path.join(folder, run))) utimesSync(path.join(folder, run, name), 0, 0)
}
const rowsOf = async (table: string, batch: string) =>
  (
    await scenario.rows<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM nightscore.${table} JOIN nightscore.run USING (run_id) WHERE batch = $1`,
      [batch],
    )
  )[0]!.rows

test('superseded revisions go, the visible one and the one before it stay; a dry run drops nothing', async () => {
  for (let revision = 1; revision <= 4; revision += 1) await score('n01')
  const folder = path.join(scenario.folder, 'out.runs')
  const planned = await maintain({ dryRun: true })
  expect(counts(planned)).toMatchObject({ revisions: 2 })
  expect(await tablesOf('n01')).toEqual([1, 2, 3, 4])
  const done = await maintain()
  expect(done.errors).toEqual([])
  expect(counts(done)).toMatchObject({ revisions: 2 })
  expect(done.bytes).toBeGreaterThan(0)
  expect(await tablesOf('n01')).toEqual([3, 4])
  expect(await foldersOf('n01', folder)).toEqual([3, 4])
  expect(await readers('n01')).toEqual([{ revision: 4, rows: 99 }])
  expect(await rowsOf('report', 'n01')).toBe(4)
  expect(counts(await maintain())).toEqual({})
})

test('a revision that a batch was rolled back to stays, and so does the one that it came from', async () => {
  for (let revision = 1; revision <= 3; revision += 1) await score('n02')
  await scenario.temporal.workflow.execute('rollbackRun', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/rollback`,
    args: [{ job: 'j', batch: 'n02', to: 1, why: 'test' }],
  })
  await maintain()
  expect(await readers('n02')).toEqual([{ revision: 1, rows: 99 }])
  expect(await tablesOf('n02')).toEqual([1, 2, 3])
  await score('n02')
  await maintain()
  expect(await tablesOf('n02')).toEqual([1, 4])
})

test('what a failed and a trial run left goes after a week, and the failed one cannot be resumed then', async () => {
  await score('n03')
  await score('n03', false)
  writeFileSync(path.join(scenario.folder, 'n03.csv'), 'id,a,b,c,d\n1,0.1,1,x,1.5\n1,0.1,1,x,1.5\n')
  await expect(scenario.run({ job: 'j', batch: 'n03' })).rejects.toMatchObject({ type: 'DUPLICATE_KEYS' })
  await maintain()
  expect(await tablesOf('n03')).toContain(3)
  await age('n03', 8)
  expect(counts(await maintain())['leftovers']).toBeGreaterThan(0)
  expect(await tablesOf('n03')).toEqual([1])
  expect(await readers('n03')).toEqual([{ revision: 1, rows: 99 }])
  const [failed] = await scenario.rows<{ run_id: string; dropped_bytes: string }>(
    `SELECT run_id, dropped_bytes FROM nightscore.run WHERE batch = 'n03' AND state = 'failed'`,
  )
  expect(Number(failed!.dropped_bytes)).toBeGreaterThan(0)
  await expect(scenario.run({ job: 'j', resume: failed!.run_id })).rejects.toMatchObject({
    type: 'RUN_STATE',
    message: expect.stringContaining('dropped by retention'),
  })
})

test('staged sources of ended runs go once they are settled; pair files of dropped runs too', async () => {
  const staged = path.join(scenario.store, 'staged')
  const pairs = path.join(scenario.store, 'pairs')
  const kept = await score('n04')
  const [dropped] = await scenario.rows<{ run_id: string }>(
    `SELECT run_id FROM nightscore.run WHERE dropped_bytes IS NOT NULL LIMIT 1`,
  )
  for (const runId of [kept, dropped!.run_id]) {
    mkdirSync(path.join(pairs, runId), { recursive: true })
    writeFileSync(path.join(pairs, runId, '0.parquet'), 'pairs')
  }
  await maintain()
  expect(readdirSync(staged)).toContain(kept)
  expect(readdirSync(pairs)).toEqual([kept])
  settle(staged)
  await maintain()
  expect(readdirSync(staged).filter((name) => name !== 'labels')).toEqual([])
  expect(await readers('n04')).toEqual([{ revision: 1, rows: 99 }])
})

test('rows older than the job’s days go; reports, numbers and the last published batches’ profiles stay', async () => {
  await scenario.apply({ ...job, monitor: { reference: 'model' } })
  await score('n05')
  expect(await rowsOf('quarantine', 'n05')).toBe(1)
  const [before] = await scenario.rows(
    `SELECT (SELECT count(*) FROM nightscore.metric_value) AS numbers, (SELECT count(*) FROM nightscore.report) AS reports`,
  )
  await age('n05', 31)
  expect(counts(await maintain())).toMatchObject({ quarantine: 1 })
  expect(await rowsOf('quarantine', 'n05')).toBe(0)
  expect(await rowsOf('column_profile', 'n05')).toBe(0)
  expect(await rowsOf('run_profile', 'n05')).toBe(1) // one of the last 28
  expect(await rowsOf('quarantine', 'n04')).toBe(1)
  const [after] = await scenario.rows(
    `SELECT (SELECT count(*) FROM nightscore.metric_value) AS numbers, (SELECT count(*) FROM nightscore.report) AS reports`,
  )
  expect(after).toEqual(before)
  // instead of the job's days: the runs of n03 ended eight days ago
  expect(counts(await maintain({ retentionDays: 1, dryRun: true }))).toMatchObject({ quarantine: 2 })
  expect(await rowsOf('quarantine', 'n03')).toBe(2)
})

test('labels go by whole batches, what was evaluated on them stands, and they can be loaded again', async () => {
  await score('n06')
  const labels = path.join(scenario.folder, 'labels.csv')
  await duckdb(
    `COPY (SELECT i::bigint AS id, (i % 2)::int AS label FROM range(99) t(i)) TO '${labels}' (HEADER)`,
  )
  await scenario.apply({ ...job, labels: { column: 'label', csv: 'labels.csv' } })
  const evaluate = async () =>
    (await scenario.temporal.workflow.execute('evaluateBatch', {
      taskQueue: scenario.taskQueue,
      workflowId: `${scenario.taskQueue}/evaluate/${Math.random()}`,
      args: [{ job: 'j', batch: 'n06' }],
    })) as { version: number; labelled: number; changed: boolean }
  expect(await evaluate()).toMatchObject({ version: 1, labelled: 99 })
  const [{ file } = { file: '' }] = await scenario.rows<{ file: string }>(
    'SELECT file FROM nightscore.label_load',
  )
  utimesSync(path.join(scenario.store, file), 0, 0)
  await maintain()
  expect(existsSync(path.join(scenario.store, file))).toBe(true)
  await scenario.rows(`UPDATE nightscore.label_load SET arrived_at = now() - interval '31 days'`)
  await scenario.apply(job)
  expect(counts(await maintain())).toMatchObject({ labels: 1 })
  expect(existsSync(path.join(scenario.store, file))).toBe(false)
  expect(await evaluate()).toMatchObject({ version: 1, labelled: 99, changed: false })
  await scenario.apply({ ...job, labels: { column: 'label', csv: 'labels.csv' } })
  expect(await evaluate()).toMatchObject({ version: 1, changed: false })
  expect(existsSync(path.join(scenario.store, file))).toBe(true)
  expect(await scenario.rows('SELECT FROM nightscore.label_load WHERE dropped_at IS NULL')).toHaveLength(1)
})

test('killed in the middle, and two at once: all is dropped, nothing twice, the visible ones stay', async () => {
  const batches = ['k1', 'k2']
  for (const batch of batches) for (let revision = 1; revision <= 4; revision += 1) await score(batch)
  const handle = await startMaintain()
  await eventually(async () => {
    const [row] = await scenario.rows(
      `SELECT FROM nightscore.run WHERE batch = 'k1' AND dropped_at IS NOT NULL`,
    )
    return row
  })
  await worker.kill('SIGKILL')
  worker = await scenario.worker()
  const second = await startMaintain()
  const summaries = (await Promise.all([handle.result(), second.result()])) as MaintainSummary[]
  expect(summaries.flatMap(({ errors }) => errors)).toEqual([])
  for (const batch of batches) {
    expect(await tablesOf(batch)).toEqual([3, 4])
    expect(await readers(batch)).toEqual([{ revision: 4, rows: 99 }])
  }
  expect(
    await scenario.rows('SELECT FROM nightscore.run WHERE dropped_at IS NOT NULL AND dropped_bytes IS NULL'),
  ).toEqual([])
}, 240_000)

test('wrong input fails at once, naming the field', async () => {
  await expect(maintain({ retentionDay: 3 } as MaintainInput)).rejects.toMatchObject({
    cause: { cause: { type: 'INPUT_INVALID', message: expect.stringContaining('nearest: "retentionDays"') } },
  })
})
