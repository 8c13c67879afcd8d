import fs from 'node:fs'
import path from 'node:path'
import type { EvaluationSummary } from '../../../../schemas/run'
import { runCli, type WorkerProcess } from '../../../stack'
import { duckdb, goldenModel, resultOf, type Scenario, startScenario } from '../../../stack/scenario'

const model = 'binary-packed-floats'
const nights = Array.from({ length: 15 }, (_, i) => `2013-03-${String(i + 1).padStart(2, '0')}`)
const last = '2013-03-20'
let scenario: Scenario
let worker: WorkerProcess
const inFolder = (name: string): string => path.join(scenario.folder, name)

/** The night's rows, and labels that the model is right about but for some, which differ from night to night. */
async function makeNight(night: string, wrong: string): Promise<void> {
  const day = Number(night.slice(-2))
  await duckdb(
    `COPY (SELECT * REPLACE (id + ${day * 100_000} AS id) FROM '${path.join(goldenModel(model), 'rows.parquet')}')
     TO '${inFolder(`${night}.parquet`)}' (FORMAT parquet)`,
  )
  await duckdb(
    `COPY (SELECT id + ${day * 100_000} AS id, CASE WHEN ${wrong} THEN NOT label ELSE label END AS ill
     FROM '${path.join(goldenModel(model), 'expected.parquet')}') TO '${inFolder(`labels-${night}.parquet`)}' (FORMAT parquet)`,
  )
}

async function evaluate(batch: string): Promise<EvaluationSummary> {
  const handle = await scenario.temporal.workflow.start('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/evaluate/${batch}`,
    args: [{ job: 'ill', batch }],
  })
  return (await resultOf(handle as never)) as unknown as EvaluationSummary
}

const judged = ({ runId, asOf }: EvaluationSummary, scope: string) =>
  scenario.rows<{ metric: string; verdict: string; warn: number | null; reason: string | null; n: number }>(
    `SELECT metric, verdict, warn_at AS warn, reason, n_reference::int AS n FROM nightscore.metric_value
     WHERE run_id = $1 AND as_of = $2 AND scope = $3 AND segment IS NULL ORDER BY metric`,
    [runId, asOf, scope],
  )

beforeAll(async () => {
  scenario = await startScenario()
  // without the reference.parquet that it has: accuracy would be judged by the reference's own
  const packaged = inFolder('package')
  fs.mkdirSync(packaged)
  for (const file of ['model.yaml', 'model.onnx', 'golden.parquet'])
    fs.copyFileSync(path.join(goldenModel(model), file), path.join(packaged, file))
  await scenario.register(packaged)
  worker = await scenario.worker()
  await scenario.apply({
    name: 'ill',
    model: `${model}@champion`,
    source: { parquet: '{batch}.parquet' },
    key: ['id'],
    sink: { parquet: 'out' },
    labels: { parquet: 'labels-{batch}.parquet', column: 'ill' },
    monitor: {
      thresholds: 'trailing',
      gates: [
        { metric: 'accuracy', of: 'accuracy', warn: 0.99, hold: 0.5 },
        { metric: 'psi', of: 'label', fail: 'trailing' },
        { metric: 'psi', of: 'prediction', warn: 10 },
      ],
    },
  })
  await Promise.all(nights.map((night) => makeNight(night, `id % 11 = ${Number(night.slice(-2)) % 3}`)))
  await makeNight(last, 'true')
  await Promise.all([...nights, last].map((batch) => scenario.run({ job: 'ill', batch })))
}, 120_000)
afterAll(() => worker.kill('SIGTERM'))

test('the first nights have too few before them: figures are shown, and not judged by them', async () => {
  const first = await evaluate(nights[0]!)
  const figures = await judged(first, 'accuracy')
  expect(figures.find(({ metric }) => metric === 'log_loss')).toMatchObject({
    verdict: 'skipped',
    reason: '0 former values, needed are 14',
  })
  expect(first.verdict).toBe('warn')
  const gates = await scenario.rows(
    'SELECT gate_no, scope, metric, action, limit_at FROM nightscore.gate_result WHERE run_id = $1 AND as_of = $2',
    [first.runId, first.asOf],
  )
  expect(gates).toContainEqual({
    gate_no: 1,
    scope: 'accuracy',
    metric: 'accuracy',
    action: 'warn',
    limit_at: 0.99,
  })
  expect(gates.map((gate) => (gate as { gate_no: number }).gate_no)).not.toContain(3)
}, 60_000)

test('a night whose labels are the other way round fails: by its figures, its labels and a gate that would hold', async () => {
  await Promise.all(nights.slice(1).map(evaluate))
  const told = await runCli(['evaluate', 'ill', '--batch', last], {
    cwd: fs.realpathSync(scenario.folder),
    env: { DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_TASK_QUEUE: scenario.taskQueue },
  })
  expect(told).toMatchObject({ code: 3, stderr: '' })
  expect(told.stdout).toMatch(new RegExp(`^ill ${last}: fail, version 1,`))
  expect(told.stdout).toMatch(/^roc_auc .* fail$/m)
  const again = await evaluate(last)
  expect(again).toMatchObject({ changed: false, verdict: 'fail', version: 1 })
  const verdicts = Object.fromEntries(
    (await judged(again, 'accuracy')).map(({ metric, verdict }) => [metric, verdict]),
  )
  expect(verdicts).toMatchObject({
    log_loss: 'fail',
    brier: 'fail',
    roc_auc: 'fail',
    accuracy: 'fail',
    f1: 'none',
  })
  const psi = (await judged(again, 'label')).find(({ metric }) => metric === 'psi')
  const [rows] = await duckdb(`SELECT count(*)::int FROM '${inFolder(`${last}.parquet`)}'`)
  expect(psi?.n).toBe(nights.length * Number(rows?.[0])) // the labels of the 15 nights before
  const gates = await scenario.rows(
    'SELECT gate_no, action FROM nightscore.gate_result WHERE run_id = $1 AND as_of = $2 ORDER BY 1',
    [again.runId, again.asOf],
  )
  expect(gates).toEqual([
    { gate_no: 1, action: 'fail' },
    { gate_no: 2, action: 'skipped' },
  ])
}, 120_000)

test('its report tells of them', async () => {
  const [report] = await scenario.rows<{ json: { accuracy: { verdict: string; version: number } } }>(
    'SELECT json FROM nightscore.report JOIN nightscore.run USING (run_id) WHERE batch = $1',
    [last],
  )
  expect(report?.json.accuracy).toMatchObject({ verdict: 'fail', version: 1 })
})
