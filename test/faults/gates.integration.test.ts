import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { GateResult } from '../../schemas/metric'
import type { Report } from '../../schemas/report'
import { runCli, type WorkerProcess } from '../stack'
import { duckdb, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** What gates do to runs, before anything is published: the reader of a batch never sees what a gate did not let pass. */
let scenario: Scenario
let worker: WorkerProcess

const rowsOfNight = 2_000
// workflow ids of the command line are one namespace for all tests of a server
const name = `gates-${randomBytes(4).toString('hex')}`
const job = (gates: readonly object[], monitor: object = {}) => ({
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.g' },
  monitor: { reference: { batches: ['n01', 'n03'] }, ...monitor, gates },
})
/** Every night is drawn from the same distributions; two fifths of d are missing. */
const usual = {
  a: '(hash(i, $night) % 1000) / 100.0',
  b: 'hash(i, $night, 1) % 10',
  c: `['x', 'y', 'z'][(1 + hash(i, $night, 2) % 3)::int]`,
  d: 'CASE WHEN hash(i, $night, 3) % 100 >= 40 THEN hash(i, $night, 4) % 90 / 10.0 END',
}

async function writeNight(batch: string, change: Partial<typeof usual> = {}, rows = rowsOfNight) {
  const columns = Object.entries({ ...usual, ...change }).map(([column, sql]) => `${sql} AS ${column}`)
  const sql = `SELECT i::bigint AS id, ${columns.join(', ')} FROM range(${rows}) t(i)`
  const file = path.join(scenario.folder, `${batch}.parquet`)
  await duckdb(`COPY (${sql.replaceAll('$night', `'${batch}'`)}) TO '${file}' (FORMAT parquet)`)
}

/** Scores a night and returns how its run ended, with what the gates said. */
async function night(batch: string, gates: readonly object[], change: Partial<typeof usual> = {}) {
  await writeNight(batch, change)
  await scenario.apply(job(gates))
  const failure = await scenario.run({ job: name, batch }).then(
    () => null,
    (error: unknown) => error as { type: string; message: string; nonRetryable: boolean },
  )
  return { ...(await lastRun(batch)), failure }
}

/** Publishes the nights that the job's batches are compared with. */
async function makeReference(monitor: object = {}): Promise<void> {
  await scenario.apply(job([], { ...monitor, reference: { trailing: 28 } }))
  for (const batch of ['n01', 'n02', 'n03']) {
    await writeNight(batch)
    await scenario.run({ job: name, batch })
  }
}

async function lastRun(batch: string) {
  const [run] = await scenario.rows<
    Record<'run_id' | 'state' | 'verdict' | 'error_code' | 'held_why' | 'workflow_id', string>
  >(
    'SELECT run_id, state, verdict, error_code, held_why, workflow_id FROM nightscore.run WHERE batch = $1 ORDER BY revision DESC LIMIT 1',
    [batch],
  )
  if (run === undefined) throw new Error(`no run of ${batch}`)
  const gates = await scenario.rows<Pick<GateResult, 'column' | 'segment' | 'action' | 'reason'> & Numbers>(
    `SELECT gate_no AS gate, position, scope, column_name AS "column", segment, metric, value, limit_at AS "limitAt", action, reason
     FROM nightscore.gate_result WHERE run_id = $1 ORDER BY gate_no, position`,
    [run.run_id],
  )
  const [report] = await scenario.rows<{ verdict: string; headline: string; json: Report }>(
    'SELECT verdict, headline, json FROM nightscore.report WHERE run_id = $1',
    [run.run_id],
  )
  return { run, gates, report }
}
type Numbers = Record<'gate' | 'value' | 'limitAt', number | null>

const visible = (batch: string) =>
  scenario.rows(
    `SELECT p.revision, count(*)::int AS rows FROM predictions.g p WHERE p.batch = $1 GROUP BY 1`,
    [batch],
  )
/** Frees the batch of a held run for the next test. */
const reject = ({ workflow_id }: { workflow_id: string }) =>
  scenario.temporal.workflow
    .getHandle(workflow_id)
    .executeUpdate('reject', { args: [{ by: 'test', why: 'the next test' }] })
const shifted = { a: '20 + (hash(i, $night) % 1000) / 100.0' }
const columnsWith = (gates: readonly { column: string | null; action: string }[], action: string) =>
  gates.filter((gate) => gate.action === action).map(({ column }) => column)

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  worker = await scenario.worker()
  await makeReference()
  await scenario.apply(job([]))
  await writeNight('n04')
  await scenario.run({ job: name, batch: 'n04' })
}, 120_000)
afterAll(() => worker.kill('SIGTERM'))

test('a gate that fails ends the run before it publishes, and its evidence stays', async () => {
  const gate = { metric: 'psi', of: 'features', fail: 0.25 }
  const { run, gates, report, failure } = await night('n04', [gate], shifted)
  expect(failure).toMatchObject({ type: 'GATE_FAILED', nonRetryable: true })
  expect(failure?.message).toMatch(/gate 1: psi of a is \d+\.\d+; expected within 0\.2500/)
  expect(run).toMatchObject({ state: 'failed', verdict: 'fail', error_code: 'GATE_FAILED' })
  expect(await visible('n04')).toEqual([{ revision: 1, rows: rowsOfNight }])
  const [worst, ...others] = gates
  expect(worst).toMatchObject({ gate: 1, position: 1, scope: 'feature', column: 'a', limitAt: 0.25 })
  expect(worst?.value).toBeGreaterThan(0.25)
  expect(others.map(({ column, action }) => ({ column, action })).sort(byColumn)).toEqual(
    ['b', 'c', 'd'].map((column) => ({ column, action: 'ok' })),
  )
  expect(report).toMatchObject({ verdict: 'fail', headline: expect.stringMatching(/^a .*gate 1 says fail/) })
  expect(report?.json.gates).toHaveLength(4)
})

const byColumn = (a: { column: string | null }, b: { column: string | null }): number =>
  (a.column ?? '') < (b.column ?? '') ? -1 : 1

test('a gate that holds parks the run and leaves the former predictions', async () => {
  const gate = { metric: 'psi', of: 'features', columns: ['a'], warn: 0.1, hold: 0.25 }
  const { run, gates, report, failure } = await night('n04', [gate], shifted)
  expect(failure).toBeNull()
  // the metric's own rule fails such a distance: the run's verdict is the worse of the two
  expect(run).toMatchObject({
    state: 'held',
    verdict: 'fail',
    held_why: expect.stringMatching(/^gate 1: psi of a is \d+\.\d+; expected within 0\.2500$/),
  })
  await reject(run)
  expect(gates).toMatchObject([{ column: 'a', action: 'hold', limitAt: 0.25 }])
  expect(await visible('n04')).toEqual([{ revision: 1, rows: rowsOfNight }])
  expect(report?.headline).toMatch(/^a /)
})

test('the worst gate speaks: hold before warn, fail before hold', async () => {
  const one = { metric: 'psi', of: 'features', columns: ['a'] }
  const gates = [
    { ...one, warn: 0.1 },
    { ...one, hold: 0.1 },
    { ...one, fail: 0.1 },
  ]
  const all = await night('n04', gates, shifted)
  expect(all.failure).toMatchObject({ type: 'GATE_FAILED', message: expect.stringContaining('gate 3') })
  expect(all.gates.map(({ action }) => action)).toEqual(['warn', 'hold', 'fail'])
  const two = await night('n04', gates.slice(0, 2), shifted)
  expect(two.run).toMatchObject({ state: 'held', held_why: expect.stringContaining('gate 2') })
  await reject(two.run)
})

test('a gate that warns publishes, with the verdict warn', async () => {
  const gate = { metric: 'mean', of: 'features', columns: ['a'], warn: 1 }
  const { run, gates, report, failure } = await night('n05', [gate])
  expect(failure).toBeNull()
  expect(run).toMatchObject({ state: 'published', verdict: 'warn' })
  expect(gates).toMatchObject([{ column: 'a', metric: 'mean', action: 'warn', limitAt: 1 }])
  expect(report).toMatchObject({ verdict: 'warn', headline: expect.stringContaining('gate 1 says warn') })
  expect(await visible('n05')).toEqual([{ revision: 1, rows: rowsOfNight }])
})

test('a night like the others passes its gates, which keep what they looked at', async () => {
  const { run, gates, failure } = await night('n06', [{ metric: 'psi', of: 'features', fail: 0.25 }])
  expect(failure).toBeNull()
  expect(run).toMatchObject({ state: 'published', verdict: 'ok' })
  expect(columnsWith(gates, 'ok').sort()).toEqual(['a', 'b', 'c', 'd'])
})

test('a gate is for its columns, without those it excepts', async () => {
  const { gates, failure } = await night(
    'n04',
    [
      { metric: 'psi', of: 'features', columns: ['b', 'c'], fail: 0.25 },
      { metric: 'psi', of: 'features', except: ['a'], fail: 0.25 },
    ],
    shifted,
  )
  expect(failure).toBeNull()
  expect(gates.map(({ gate, column }) => `${gate} ${column}`).sort()).toEqual([
    '1 b',
    '1 c',
    '2 b',
    '2 c',
    '2 d',
  ])
})

test('a gate on a number that no run has is skipped and says so', async () => {
  const { run, gates } = await night('n06', [{ metric: 'pzi', of: 'features', fail: 0.25 }])
  expect(run.state).toBe('published')
  expect(gates).toMatchObject([{ action: 'skipped', reason: 'the run has no pzi of feature' }])
})

test('gates on labels and accuracy say nothing before labels come', async () => {
  const { run, gates } = await night('n06', [
    { metric: 'roc_auc', of: 'accuracy', fail: 0.99 },
    { metric: 'psi', of: 'label', fail: 0.01 },
  ])
  expect(run.state).toBe('published')
  expect(gates).toEqual([])
})

describe('on rates', () => {
  const missing = (share: number) => ({ d: usual.d.replace('>= 40', `>= ${share}`) })
  const gate = { metric: 'missing_rate', of: 'quality', columns: ['d'], fail: 0.1 }

  test('a limit is of the difference to the reference, not of the rate', async () => {
    const { failure, gates } = await night('n06', [gate], missing(44))
    expect(failure).toBeNull()
    expect(gates).toMatchObject([{ action: 'ok', limitAt: 0.1 }])
    expect(gates[0]?.value).toBeGreaterThan(0.01)
    expect(gates[0]?.value).toBeLessThan(0.1)
  })

  test('over it the run fails', async () => {
    const { failure, gates } = await night('n06', [gate], missing(60))
    expect(failure).toMatchObject({
      type: 'GATE_FAILED',
      message: expect.stringMatching(/missing_rate of d is 0\.[12]/),
    })
    expect(gates[0]?.value).toBeCloseTo(0.2, 1)
  })
})

test('a gate on rows compares how many times more or fewer there are', async () => {
  await writeNight('n07', {}, 500)
  await scenario.apply(job([{ metric: 'row_count_ratio', of: 'quality', hold: 2 }]))
  const summary = await scenario.run({ job: name, batch: 'n07' })
  expect(summary.hold?.why).toContain('row_count_ratio is 4')
  const { run } = await lastRun('n07')
  expect(run).toMatchObject({ state: 'held', verdict: 'hold' })
  await reject(run)
  expect(await visible('n07')).toEqual([])
})

describe('on speed', () => {
  test('rows a second hold below their limit', async () => {
    const { run, gates, failure } = await night('n06', [
      { metric: 'rows_per_second', of: 'speed', hold: 1e12 },
    ])
    expect(failure).toBeNull()
    expect(run).toMatchObject({ state: 'held', verdict: 'hold' })
    await reject(run)
    expect(gates).toMatchObject([{ scope: 'speed', column: null, limitAt: 1e12 }])
  })

  test('milliseconds of the model fail above theirs', async () => {
    const limits = { warn: 1e9, fail: 1e-9 }
    const { failure } = await night('n06', [{ metric: 'inference_ms_p99', of: 'speed', ...limits }])
    expect(failure).toMatchObject({
      type: 'GATE_FAILED',
      message: expect.stringContaining('inference_ms_p99'),
    })
    const generous = await night('n06', [{ metric: 'inference_ms_p99', of: 'speed', fail: 1e9 }])
    expect(generous).toMatchObject({ failure: null, gates: [{ action: 'ok', limitAt: 1e9 }] })
  })
})

test('a gate sees segments where it says so, and names the one that is wrong', async () => {
  const ofSegment = { a: `CASE WHEN c = 'x' THEN 9 ELSE 0 END + (hash(i, $night) % 1000) / 100.0` }
  const sql = { ...ofSegment, a: ofSegment.a.replace("c = 'x'", `${usual.c} = 'x'`) }
  const gate = { metric: 'psi', of: 'features', columns: ['a'], fail: 3 }
  const segmented = async (gates: readonly object[]) => {
    await writeNight('n06', sql)
    await scenario.apply({ ...job(gates, { segments: ['c'] }) })
    return scenario.run({ job: name, batch: 'n06' })
  }
  await makeReference({ segments: ['c'] })
  expect(await segmented([gate])).toMatchObject({ state: 'published' })
  await expect(segmented([{ ...gate, segments: true }])).rejects.toMatchObject({
    type: 'GATE_FAILED',
    message: expect.stringContaining('psi of a where c=x'),
  })
  const { gates } = await lastRun('n06')
  expect(gates.map(({ segment, action }) => `${segment} ${action}`)).toEqual([
    'c=x fail',
    'null ok',
    expect.stringMatching(/c=[yz] ok/),
    expect.stringMatching(/c=[yz] ok/),
  ])
})

describe('with trailing limits', () => {
  const gate = { metric: 'psi', of: 'prediction', columns: ['score'], warn: 'trailing', hold: 'trailing' }
  const inverted = { a: '-40 - (hash(i, $night) % 1000) / 100.0' }

  test('a gate is skipped under 14 nights, and says how many there are', async () => {
    const { run, gates } = await night('n08', [gate], inverted)
    expect(run.state).toBe('published')
    expect(gates).toMatchObject([{ action: 'skipped' }])
    expect(gates[0]?.reason).toMatch(/^\d former values, needed are 14$/)
  })

  test('with them it holds what is over the median + 6 MAD, and lets a usual night pass', async () => {
    await scenario.apply(job([]))
    const nights = Array.from({ length: 14 }, (_, i) => `p${String(i + 10)}`)
    await Promise.all(nights.map((batch) => writeNight(batch)))
    for (const batch of nights) await scenario.run({ job: name, batch })
    const usualNight = await night('q1', [gate])
    expect(usualNight).toMatchObject({ run: { state: 'published' }, gates: [{ action: 'ok' }] })
    const { run, gates } = await night('q2', [gate], inverted)
    expect(run).toMatchObject({ state: 'held', held_why: expect.stringContaining('psi of score') })
    expect(gates).toMatchObject([{ column: 'score', action: 'hold' }])
    expect(gates[0]?.limitAt).toBeGreaterThanOrEqual(0.25)
  })
})

test('the command line ends with 3, says which gate, and shows the report', async () => {
  await writeNight('n04', shifted)
  await scenario.apply(job([{ metric: 'psi', of: 'features', fail: 0.25 }]))
  const env = {
    DATABASE_URL: scenario.databaseUrl,
    NIGHTSCORE_TASK_QUEUE: scenario.taskQueue,
    NIGHTSCORE_STORE: scenario.store,
  }
  const run = await runCli(['run', name, '--batch', 'n04'], { env })
  expect(run).toMatchObject({ code: 3, stderr: expect.stringMatching(/gate 1: psi of a.*\[GATE_FAILED\]/s) })
  const { run: last } = await lastRun('n04')
  const report = await runCli(['report', last.run_id], { env })
  expect(report).toMatchObject({ code: 0, stdout: expect.stringMatching(/^FAIL: a .*gate 1 says fail/) })
})
