import fs from 'node:fs'
import path from 'node:path'
import type { EvaluationSummary } from '../../../schemas/run'
import { runCli, type CliResult, type WorkerProcess } from '../../stack'
import { duckdb, goldenModel, resultOf, type Scenario, startScenario } from '../../stack/scenario'

let scenario: Scenario
let worker: WorkerProcess
const inFolder = (name: string): string => path.join(scenario.folder, name)

/** A job over a golden model's rows, and labels made from what the model itself should say. */
async function jobOf(name: string, model: string, labels: object, more: object = {}): Promise<void> {
  await scenario.apply({
    name,
    model: `${model}@champion`,
    source: { parquet: `${model}.parquet` },
    key: ['id'],
    sink: { postgres: `predictions."${name}"` },
    labels,
    ...more,
  })
  await scenario.run({ job: name, batch: 'b1' })
}

async function evaluate(job: string): Promise<EvaluationSummary> {
  const handle = await scenario.temporal.workflow.start('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/${job}/${Math.random()}`,
    args: [{ job, batch: 'b1' }],
  })
  return (await resultOf(handle as never)) as unknown as EvaluationSummary
}

const figures = async ({ runId, asOf }: EvaluationSummary) =>
  scenario.rows<{ metric: string; value: number | null }>(
    `SELECT metric, value, ci_lo, ci_hi, n_current::int AS n, reason FROM nightscore.metric_value
     WHERE run_id = $1 AND as_of = $2 AND scope = 'accuracy' ORDER BY metric`,
    [runId, asOf],
  )

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, {
    cwd: scenario.folder,
    env: {
      DATABASE_URL: scenario.databaseUrl,
      NIGHTSCORE_TASK_QUEUE: scenario.taskQueue,
      NIGHTSCORE_STORE: scenario.store,
    },
  })

const binary = 'binary-packed-floats'

beforeAll(async () => {
  scenario = await startScenario()
  worker = await scenario.worker()
  for (const model of [binary, 'multiclass-list', 'regression-float32']) {
    await scenario.register(goldenModel(model))
    fs.copyFileSync(path.join(goldenModel(model), 'rows.parquet'), inFolder(`${model}.parquet`))
    fs.copyFileSync(path.join(goldenModel(model), 'expected.parquet'), inFolder(`${model}-expected.parquet`))
  }
  // labels that the model is right about, but for every seventh; every eleventh is not known yet
  await duckdb(
    `COPY (SELECT id, CASE WHEN id % 11 = 3 THEN NULL WHEN id % 7 = 0 THEN NOT label ELSE label END AS ill
     FROM '${inFolder(`${binary}-expected.parquet`)}') TO '${inFolder('ill.parquet')}' (FORMAT parquet)`,
  )
  await duckdb(
    `COPY (SELECT id, ill::int AS ill FROM '${inFolder('ill.parquet')}') TO '${inFolder('ill.csv')}'`,
  )
  await scenario.rows('CREATE TABLE public.ill (patient text, outcome text, batch text)')
  for (const [id, ill] of await duckdb(`SELECT id::varchar, ill FROM '${inFolder('ill.parquet')}'`))
    await scenario.rows(`INSERT INTO public.ill VALUES ($1, $2, 'b1')`, [
      id,
      typeof ill === 'boolean' ? (ill ? 'TRUE' : 'False') : null,
    ])
}, 90_000)
afterAll(() => worker.kill('SIGTERM'))

describe('the same labels from Parquet, CSV, Postgres and a loaded file', () => {
  let fromParquet: EvaluationSummary

  test('Parquet, predictions in Postgres', async () => {
    await jobOf('parquet', binary, { parquet: 'ill.parquet', column: 'ill' })
    fromParquet = await evaluate('parquet')
    const rows = await figures(fromParquet)
    const wrong = await duckdb(
      `SELECT count(*) FILTER (id % 7 = 0 AND id % 11 <> 3)::int, count(*) FILTER (id % 11 <> 3)::int FROM '${inFolder('ill.parquet')}'`,
    )
    const [missed, labelled] = wrong[0] as [number, number]
    expect(fromParquet).toMatchObject({ labelled, conflicts: 0, unknown: 0 })
    expect(rows.find(({ metric }) => metric === 'accuracy')?.value).toBe((labelled - missed) / labelled)
  })

  test.each([
    ['csv', { csv: 'ill.csv', column: 'ill' }, {}],
    [
      'postgres',
      {
        postgres: { query: 'select patient, outcome from ill where batch = $batch' },
        key: ['patient'],
        column: 'outcome',
      },
      {},
    ],
    ['files', { parquet: 'ill.parquet', column: 'ill' }, { sink: { parquet: 'out-files' } }],
  ])('%s', async (name, labels, more) => {
    await jobOf(name, binary, labels, more)
    const summary = await evaluate(name)
    expect(summary).toMatchObject({ metrics: fromParquet.metrics, labelled: fromParquet.labelled })
    expect(await figures(summary)).toEqual(await figures(fromParquet))
  })

  test('arrivals whose keys are of one type are one file to the byte', async () => {
    const rows = await scenario.rows<{ jobs: string[] }>(
      'SELECT array_agg(job ORDER BY job) AS jobs FROM nightscore.label_load GROUP BY sha256 ORDER BY 1',
    )
    expect(rows.map(({ jobs }) => jobs)).toEqual([['csv', 'files', 'parquet'], ['postgres']])
  })

  test('a file loaded by hand, for no batch in particular', async () => {
    await jobOf('by-hand', binary, { column: 'ill' })
    const none = await cli('evaluate', 'by-hand', '--batch', 'b1')
    expect(none).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no label has come yet') as string,
    })
    const loaded = await cli('labels', 'load', 'by-hand', '--file', 'ill.csv')
    expect(loaded).toMatchObject({ code: 0, stderr: '' })
    expect(loaded.stdout).toMatch(/^by-hand: \d+ labels loaded, arrival \d+\.\n/)
    const again = await cli('labels', 'load', 'by-hand', '--file', 'ill.parquet', '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ isNew: false, job: 'by-hand', batch: null })
    const evaluated = await cli('evaluate', 'by-hand', '--batch', 'b1')
    expect(evaluated).toMatchObject({ code: 3, stderr: '' }) // far worse than the model's reference
    expect(evaluated.stdout).toContain('fail, version 1, model binary-packed-floats@1')
    expect(evaluated.stdout).toMatch(/^roc_auc +0\.\d+ +0\.\d+ to [01](\.\d+)? /m)
    expect(await figures(await evaluate('by-hand'))).toEqual(await figures(fromParquet))
  }, 60_000)

  test('keys of other batches in such a file are not counted as unknown', async () => {
    await duckdb(
      `COPY (SELECT id + 1000000 AS id, ill FROM '${inFolder('ill.parquet')}') TO '${inFolder('others.parquet')}' (FORMAT parquet)`,
    )
    await cli('labels', 'load', 'by-hand', '--file', 'others.parquet')
    expect(await evaluate('by-hand')).toMatchObject({ unknown: 0, changed: false, version: 1 })
    await jobOf('others', binary, { column: 'ill' })
    await cli('labels', 'load', 'others', '--file', 'others.parquet')
    expect(await evaluate('others')).toMatchObject({ unknown: 0, changed: false, version: 0 })
    await cli('labels', 'load', 'by-hand', '--file', 'others.parquet', '--batch', 'b1')
    const { labelled } = fromParquet
    expect((await evaluate('by-hand')).unknown).toBe(labelled)
  }, 60_000)
})

test('multiclass: a class that the model does not know is left out and said', async () => {
  await duckdb(
    `COPY (SELECT id, CASE WHEN id % 50 = 1 THEN 'eleven' WHEN id % 10 = 0 THEN '3' ELSE label END AS digit
     FROM '${inFolder('multiclass-list-expected.parquet')}') TO '${inFolder('digits.parquet')}' (FORMAT parquet)`,
  )
  const [right] = await duckdb(
    `SELECT count(*) FILTER (d.digit = e.label)::int, count(*) FILTER (d.digit <> 'eleven')::int
     FROM '${inFolder('digits.parquet')}' d JOIN '${inFolder('multiclass-list-expected.parquet')}' e USING (id)`,
  )
  const [hits, known] = right as [number, number]
  await jobOf('digits', 'multiclass-list', { parquet: 'digits.parquet', column: 'digit' })
  const rows = await figures(await evaluate('digits'))
  const accuracy = rows.find(({ metric }) => metric === 'accuracy')
  expect(accuracy).toMatchObject({
    value: hits / known,
    n: known,
    reason: expect.stringContaining('left out: not finite or of no known class') as string,
  })
})

test('regression: mean absolute error and bias of numbers', async () => {
  await duckdb(
    `COPY (SELECT id, prediction::double + CASE WHEN id % 2 = 0 THEN 3 ELSE -1 END AS outcome
     FROM '${inFolder('regression-float32-expected.parquet')}') TO '${inFolder('outcomes.parquet')}' (FORMAT parquet)`,
  )
  const [even] = await duckdb(
    `SELECT avg(CASE WHEN id % 2 = 0 THEN 3 ELSE 1 END), avg(CASE WHEN id % 2 = 0 THEN -3 ELSE 1 END) FROM '${inFolder('outcomes.parquet')}'`,
  )
  await jobOf('outcomes', 'regression-float32', { parquet: 'outcomes.parquet', column: 'outcome' })
  const summary = await evaluate('outcomes')
  expect(summary.metrics['mae']).toBeCloseTo(Number(even?.[0]), 4)
  expect(summary.metrics['bias']).toBeCloseTo(Number(even?.[1]), 4)
})

describe('what cannot be labels is told', () => {
  test.each([
    [
      'a column that is not there',
      { parquet: 'ill.parquet', column: 'illl' },
      /no label column "illl" in ill\.parquet \(nearest: "ill"\); expected one of its columns id, ill/,
    ],
    [
      'a key that is not there',
      { parquet: 'ill.parquet', column: 'ill', key: ['ids'] },
      /no key column "ids" in ill\.parquet \(nearest: "id"\)/,
    ],
    [
      'a value that is no label',
      { parquet: 'ill.parquet', column: 'id' },
      /\d+ rows of ill\.parquet with a value such as "\d+" in "id" .* expected true or false, 1 or 0/,
    ],
    ['a path outside of the roots', { parquet: '/etc/*.parquet', column: 'ill' }, /leaves the data roots/],
  ])('%s', async (_, labels, message) => {
    await jobOf('odd', binary, labels)
    await expect(evaluate('odd')).rejects.toMatchObject({
      nonRetryable: true,
      message: expect.stringMatching(message) as string,
    })
  })

  test('a condition that looks at other rows, before anything is scored', async () => {
    const labels = { parquet: 'ill.parquet', column: 'ill', where: 'id = (select 1)' }
    await expect(jobOf('odd', binary, labels)).rejects.toMatchObject({
      type: 'EXPRESSION_REFUSED',
      message: expect.stringContaining('labels.where: id = (select 1), with a subquery') as string,
    })
  })
})
