import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { RunSummary } from '../../schemas/run'
import { runCli, type WorkerProcess } from '../stack'
import { duckdb, eventually, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** What a reader sees before, while and after a gate holds a batch's new run, and who may decide on it. */
let scenario: Scenario
let worker: WorkerProcess
const name = `holds-${randomBytes(4).toString('hex')}`
const rowsOfNight = 500
const usual = 'hash(i, $night) % 1000 / 100.0'
const shifted = '20 + hash(i, $night) % 1000 / 100.0'

const job = (timeout: string) => ({
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.h', parquet: 'out' },
  monitor: {
    reference: { batches: ['n01', 'n01'] },
    gates: [{ metric: 'psi', of: 'features', columns: ['a'], hold: 0.25 }],
  },
  hold: { timeout },
})

async function writeNight(batch: string, a: string): Promise<void> {
  const sql = `SELECT i::bigint AS id, ${a} AS a, hash(i, 1) % 10 AS b, 'x' AS c, hash(i, 2) % 90 / 10.0 AS d FROM range(${rowsOfNight}) t(i)`
  const file = path.join(scenario.folder, `${batch}.parquet`)
  await duckdb(`COPY (${sql.replaceAll('$night', `'${batch}'`)}) TO '${file}' (FORMAT parquet)`)
}

/** Publishes a night as usual, then scores it again with other data, which the gate holds. */
async function holdNight(batch: string, timeout = '1h'): Promise<RunSummary> {
  await scenario.apply(job(timeout))
  await writeNight(batch, usual)
  expect(await scenario.run({ job: name, batch })).toMatchObject({ state: 'published' })
  await writeNight(batch, shifted)
  const held = await scenario.run({ job: name, batch })
  expect(held).toMatchObject({
    state: 'held',
    verdict: 'fail',
    hold: { why: expect.stringContaining('psi of a') },
  })
  expect(await seen(batch)).toEqual(former)
  return held
}

/** What readers see of a batch: in Postgres by the view, and in the published Parquet folder. */
async function seen(batch: string) {
  const view = await scenario.rows<{ revision: number; rows: number }>(
    'SELECT revision, count(*)::int AS rows FROM predictions.h WHERE batch = $1 GROUP BY 1',
    [batch],
  )
  const files = path.join(scenario.folder, 'out', `batch=${batch}`, '*.parquet')
  const folder = await duckdb(`SELECT revision, count(*)::int FROM '${files}' GROUP BY 1`)
  expect(folder).toEqual(view.map(({ revision, rows }) => [revision, rows]))
  return view
}
const former = [{ revision: 1, rows: rowsOfNight }]
const latter = [{ revision: 2, rows: rowsOfNight }]

const record = async (runId: string) =>
  (
    await scenario.rows<Record<string, string | null>>(
      `SELECT state, decision, decided_by, decision_why, error_code, error_message FROM nightscore.run WHERE run_id = $1`,
      [runId],
    )
  )[0]
const cli = (...args: string[]) =>
  runCli(args, {
    env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
  })
const update = (held: RunSummary, decision: 'approve' | 'reject', made: unknown): Promise<RunSummary> =>
  scenario.temporal.workflow
    .getHandle(held.hold?.workflowId ?? '')
    .executeUpdate<RunSummary, [unknown]>(decision, { args: [made] })

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  worker = await scenario.worker()
  await scenario.apply({ ...job('1h'), monitor: {} })
  await writeNight('n01', usual)
  await scenario.run({ job: name, batch: 'n01' })
}, 120_000)
afterAll(() => worker.kill('SIGTERM'))

test('an approved run becomes the visible one; who approved and why is kept', async () => {
  const held = await holdNight('n02')
  const approved = await cli('run', 'approve', held.runId.slice(0, 8), '--why', 'the sensor was replaced')
  expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('published, revision 2') })
  expect(await seen('n02')).toEqual(latter)
  expect(await record(held.runId)).toMatchObject({
    state: 'published',
    decision: 'approved',
    decided_by: expect.stringContaining('@'),
    decision_why: 'the sensor was replaced',
    error_code: null,
  })
  const shown = await cli('run', 'show', held.runId)
  expect(shown.stdout).toMatch(/held {8}gate 1: psi of a is .*\n +approved by .*: the sensor was replaced/)
  const again = await cli('run', 'reject', held.runId, '--why', 'too late')
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/published, approved by .*RUN_STATE/),
  })
})

test('a rejected run leaves the former predictions and none of its own', async () => {
  const held = await holdNight('n03')
  const rejected = await cli('run', 'reject', held.runId, '--why', 'broken feed', '--json')
  expect(JSON.parse(rejected.stdout)).toMatchObject({ state: 'rejected', batch: 'n03' })
  expect(await seen('n03')).toEqual(former)
  expect(await record(held.runId)).toMatchObject({
    state: 'rejected',
    error_code: 'HOLD_REJECTED',
    error_message: expect.stringMatching(/psi of a is .*rejected by .*: broken feed/),
  })
  const left = await scenario.rows(
    `SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '%' || replace($1, '-', '') || '%'`,
    [held.runId],
  )
  expect(left).toEqual([])
})

test('a run that nobody decides on is rejected when its time is up', async () => {
  const held = await holdNight('n04', '3s')
  const ended = await scenario.temporal.workflow.getHandle(held.hold?.workflowId ?? '').result()
  expect(ended).toMatchObject({ state: 'rejected' })
  expect(await seen('n04')).toEqual(former)
  expect(await record(held.runId)).toMatchObject({
    decision: 'rejected',
    decided_by: 'timeout',
    error_code: 'HOLD_TIMED_OUT',
  })
})

test('an Update without a name or a reason is refused at once, and the run stays held', async () => {
  const held = await holdNight('n05')
  const refused = async (made: unknown) => {
    const error = await update(held, 'approve', made).catch((thrown: unknown) => (thrown as Error).cause)
    return (error as Error).message
  }
  expect(await refused({ by: 'ann' })).toMatch(/^Found no why; expected \{"by": "who decides"/)
  expect(await refused({ by: '', why: 'x' })).toContain('Found by = ""')
  expect(await refused({ by: 'ann', why: 'x', wy: 1 })).toContain('unknown field wy')
  expect(await refused(undefined)).toContain('Found no by')
  expect(await record(held.runId)).toMatchObject({ state: 'held', decision: null })
  // of two who decide at once, one does
  const both = await Promise.allSettled([
    update(held, 'approve', { by: 'ann', why: 'fine' }),
    update(held, 'reject', { by: 'bob', why: 'not fine' }),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const { decision } = (await record(held.runId)) ?? {}
  expect(await seen('n05')).toEqual(decision === 'approved' ? latter : former)
})

test('a held batch is taken: no other run of it starts, and cancelling frees it', async () => {
  const held = await holdNight('n06')
  const other = scenario.run({ job: name, batch: 'n06' })
  await expect(other).rejects.toMatchObject({
    type: 'RUN_IN_PROGRESS',
    message: expect.stringContaining('held'),
  })
  expect(await cli('run', 'cancel', held.runId)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('cancelled'),
  })
  expect(await seen('n06')).toEqual(former)
  await writeNight('n06', usual)
  expect(await scenario.run({ job: name, batch: 'n06' })).toMatchObject({ state: 'published', revision: 3 })
})

test('a decision outlives the workers: taken while none is up, it is carried out by the next', async () => {
  const held = await holdNight('n07')
  await worker.kill('SIGKILL')
  const decided = update(held, 'approve', { by: 'ann', why: 'fine' })
  worker = await scenario.worker()
  expect(await decided).toMatchObject({ state: 'published', revision: 2 })
  expect(await seen('n07')).toEqual(latter)
})

test('a run that is resumed and held again is a new hold, with a decision of its own', async () => {
  const held = await holdNight('n08', '1h')
  expect(await cli('run', 'cancel', held.runId)).toMatchObject({ code: 0 })
  const [before] = await scenario.rows<{ held_until: Date }>(
    'SELECT held_until FROM nightscore.run WHERE run_id = $1',
    [held.runId],
  )
  const again = await scenario.run({ job: name, batch: 'n08', resume: held.runId })
  expect(again).toMatchObject({ state: 'held', runId: held.runId })
  expect(Date.parse(again.hold?.until ?? '')).toBeGreaterThan(before?.held_until.getTime() ?? Infinity)
  expect(await update(again, 'reject', { by: 'bob', why: 'still wrong' })).toMatchObject({
    state: 'rejected',
  })
  expect(await record(held.runId)).toMatchObject({ decision: 'rejected', decided_by: 'bob' })
  expect(await seen('n08')).toEqual(former)
})

test('a held run whose workflow was terminated says how to free its batch', async () => {
  const held = await holdNight('n09')
  await scenario.temporal.workflow.getHandle(held.hold?.workflowId ?? '').terminate()
  for (const args of [
    ['run', 'approve', held.runId, '--why', 'x'],
    ['run', 'cancel', held.runId],
  ]) {
    const { code, stderr } = await cli(...args)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/is closed: terminated/) })
    expect(stderr).toContain(`nightscore run ${name} --batch n09`)
  }
  await writeNight('n09', usual)
  expect(await scenario.run({ job: name, batch: 'n09' })).toMatchObject({ state: 'published', revision: 3 })
})

test('a run in progress is found in the Temporal UI by job, batch, model and verdict', async () => {
  const query = `NightscoreJob = '${name}' AND NightscoreBatch = 'n07' AND NightscoreVerdict = 'fail'`
  const found = await eventually(async () => {
    const all = []
    for await (const one of scenario.temporal.workflow.list({ query })) all.push(one)
    return all.length >= 2 ? all : undefined // visibility is written a moment later
  })
  expect(found.map(({ type }) => type).sort()).toEqual(['holdRun', 'scoreBatch'])
})
