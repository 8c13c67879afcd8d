import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import type { EvaluationSummary } from '../../../schemas/run'
import { duckdb, resultOf, type Scenario, startScenario } from '../../stack/scenario'
import type { WorkerProcess } from '../../stack'

const example = path.resolve(__dirname, '..', '..', '..', 'examples', 'flights')
const golden = path.resolve(__dirname, '..', '..', 'golden', 'flights-july.parquet')
const batch = '2013-07-04'

interface Wave extends Readonly<Record<string, number | readonly (readonly number[])[]>> {
  readonly labelled: number
  readonly confusion: readonly (readonly number[])[]
}
const oracle = JSON.parse(
  fs.readFileSync(path.resolve(__dirname, '..', '..', 'oracles', 'labels-in-waves.json'), 'utf8'),
) as { scored: number; waves: [Wave, Wave]; segments: Record<string, Wave> }

let scenario: Scenario
let worker: WorkerProcess
const inFolder = (name: string): string => path.join(scenario.folder, name)

/** The week's labels: an id, late, and the number of its place among those with an even id (null for odd ones). */
const week = `SELECT l.flight_id, l.late, CASE WHEN l.flight_id % 2 = 0 AND l.late IS NOT NULL
    THEN row_number() OVER (PARTITION BY l.flight_id % 2, l.late IS NULL ORDER BY l.flight_id) END AS place
  FROM read_parquet('${example}/data/labels/month=07/labels.parquet') l JOIN '${golden}' USING (flight_id)`
const waveOne = `SELECT flight_id, late FROM (${week}) WHERE flight_id % 2 = 0`
const waveTwo = `SELECT flight_id, CASE WHEN place <= 500 THEN NOT late ELSE late END AS late FROM (${week})
  UNION ALL SELECT flight_id + 1000000, true FROM (FROM (${week}) ORDER BY flight_id LIMIT 1000)`

const write = (query: string, file: string): Promise<unknown> =>
  duckdb(`COPY (${query}) TO '${inFolder(file)}' (FORMAT ${file.endsWith('.csv') ? 'csv' : 'parquet'})`)

const job = (name: string, changed: Readonly<Record<string, unknown>>) => ({
  ...(parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>),
  name,
  source: {
    parquet: 'data/flights/month={MM}/*.parquet',
    where: 'flight_date BETWEEN $batch::date AND $batch::date + 6',
  },
  monitor: { segments: ['carrier'] },
  sink: { postgres: `predictions.${name}` },
  ...changed,
})

async function evaluate(name: string, of = batch): Promise<EvaluationSummary> {
  const handle = await scenario.temporal.workflow.start('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/evaluate/${name}/${of}/${Math.random()}`,
    args: [{ job: name, batch: of }],
  })
  return (await resultOf(handle as never)) as unknown as EvaluationSummary
}

async function figures(summary: EvaluationSummary, segment: string | null = null) {
  const rows = await scenario.rows<{ metric: string; value: number; ci_lo: number | null }>(
    `SELECT metric, value, ci_lo FROM nightscore.metric_value
     WHERE run_id = $1 AND as_of = $2 AND scope = 'accuracy' AND segment IS NOT DISTINCT FROM $3`,
    [summary.runId, summary.asOf, segment],
  )
  return Object.fromEntries(rows.map(({ metric, value }) => [metric, value]))
}

function expectLike(found: Readonly<Record<string, number>>, wave: Wave): void {
  for (const [metric, value] of Object.entries(wave))
    if (typeof value === 'number' && metric !== 'labelled')
      expect({ metric, value: found[metric] }).toEqual({ metric, value: expect.closeTo(value, 9) as number })
}

beforeAll(async () => {
  scenario = await startScenario()
  fs.symlinkSync(path.join(example, 'data'), inFolder('data'))
  await scenario.register(path.join(example, 'models', 'v1'))
  worker = await scenario.worker({
    NIGHTSCORE_DATA_ROOTS: [scenario.folder, example].join(path.delimiter),
  })
  await scenario.apply(job('waves', { labels: { parquet: 'labels/{batch}.parquet', column: 'late' } }))
  fs.mkdirSync(inFolder('labels'))
}, 90_000)
afterAll(() => worker.kill('SIGTERM'))

test('an evaluation before anything is published fails at once and says so', async () => {
  await expect(evaluate('waves')).rejects.toMatchObject({
    type: 'NOT_PUBLISHED_YET',
    nonRetryable: true,
    message: expect.stringContaining('nightscore run waves --batch 2013-07-04') as string,
  })
})

test('wrong input fails at once, naming the field', async () => {
  const handle = await scenario.temporal.workflow.start('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/wrong`,
    args: [{ job: 'waves', bach: batch }],
  })
  await expect(resultOf(handle as never)).rejects.toMatchObject({
    type: 'INPUT_INVALID',
    message: expect.stringContaining('unknown key "bach" (nearest: "batch")') as string,
  })
})

describe('labels in two waves', () => {
  let waves: [EvaluationSummary, EvaluationSummary]
  beforeAll(async () => {
    await scenario.run({ job: 'waves', batch })
  }, 60_000)

  test('before any label nothing is stored, and no file is no error', async () => {
    expect(await evaluate('waves')).toMatchObject({
      version: 0,
      changed: false,
      scored: oracle.scored,
      labelled: 0,
      mature: true,
      verdict: 'skipped',
    })
    expect(await scenario.rows('SELECT FROM nightscore.evaluation')).toHaveLength(0)
  })

  test('each wave is a version of its own whose numbers are scikit-learn’s', async () => {
    await write(waveOne, `labels/${batch}.parquet`)
    const first = await evaluate('waves')
    expect(first).toMatchObject({ version: 1, changed: true, labelled: oracle.waves[0].labelled })
    await write(waveTwo, `labels/${batch}.parquet`)
    const second = await evaluate('waves')
    expect(second).toMatchObject({ version: 2, changed: true, labelled: oracle.waves[1].labelled })
    expect(second.asOf > first.asOf).toBe(true)
    expectLike(await figures(first), oracle.waves[0])
    expectLike(await figures(second), oracle.waves[1])
    const { confusion, labelled } = oracle.waves[1]
    expect(second.metrics).toEqual({
      log_loss: expect.closeTo(oracle.waves[1]['log_loss'] as number, 9) as number,
      brier: expect.closeTo(oracle.waves[1]['brier'] as number, 9) as number,
      roc_auc: expect.closeTo(oracle.waves[1]['roc_auc'] as number, 9) as number,
      accuracy: expect.closeTo(oracle.waves[1]['accuracy'] as number, 9) as number,
      positive_rate: (confusion[1]![0]! + confusion[1]![1]!) / labelled,
    })
    waves = [first, second]
  })

  test('by segment too, of those with 200 labels', async () => {
    const segments = await scenario.rows<{ segment: string }>(
      `SELECT DISTINCT segment FROM nightscore.metric_value WHERE as_of = $1 AND segment IS NOT NULL ORDER BY 1`,
      [waves[0].asOf],
    )
    expect(segments.map(({ segment }) => segment)).toEqual(Object.keys(oracle.segments).sort())
    for (const [segment, wave] of Object.entries(oracle.segments))
      expectLike(await figures(waves[0], segment), wave)
  })

  test('1,000 unknown keys and 500 conflicting labels are counted', async () => {
    expect(waves[1]).toMatchObject({ unknown: 1_000, conflicts: 500 })
    const [row] = await scenario.rows(
      `SELECT scored::int, labelled::int, received::int, empty::int, unknown_keys::int, repeated::int, undecided::int, tables
       FROM nightscore.evaluation WHERE version = 2`,
    )
    const empty = oracle.scored - oracle.waves[1].labelled
    expect(row).toMatchObject({
      scored: oracle.scored,
      labelled: oracle.waves[1].labelled,
      unknown_keys: 1_000,
      repeated: oracle.waves[0].labelled,
      undecided: 0,
      tables: { confusion: { labels: ['false', 'true'], rows: oracle.waves[1].confusion } },
    })
    expect((row as { empty: number }).empty).toBeGreaterThanOrEqual(empty)
  })

  test('the labels are compared with those of the model package', async () => {
    const [reference] = await duckdb(
      `SELECT count(label)::int FROM '${path.join(example, 'models', 'v1', 'reference.parquet')}'`,
    )
    const [psi] = await scenario.rows(
      `SELECT column_name, n_reference::int AS rows FROM nightscore.metric_value
       WHERE as_of = $1 AND scope = 'label' AND metric = 'psi'`,
      [waves[0].asOf],
    )
    expect(psi).toEqual({ column_name: 'late', rows: reference?.[0] })
  })

  test('coverage is told by decile of the score', async () => {
    const rows = await scenario.rows<{ decile: number; scored: number; labelled: number; matured: number }>(
      `SELECT decile, scored::int, labelled::int, matured::int FROM nightscore.label_coverage
       WHERE run_id = $1 AND as_of = $2 ORDER BY decile`,
      [waves[0].runId, waves[0].asOf],
    )
    const labelled = oracle.waves[0].labelled
    expect(rows[0]).toEqual({ decile: 0, scored: oracle.scored, labelled, matured: oracle.scored })
    expect(rows).toHaveLength(11)
    const ofDeciles = rows.slice(1).reduce((sum, row) => sum + row.labelled, 0)
    expect(ofDeciles).toBe(labelled)
  })

  test('the same labels again make no new version', async () => {
    await write(waveTwo, `labels/${batch}.parquet`)
    expect(await evaluate('waves')).toEqual({ ...waves[1], changed: false })
    expect(await scenario.rows('SELECT FROM nightscore.label_load')).toHaveLength(2)
  })

  test('a correction that is taken back counts again', async () => {
    await write(waveOne, `labels/${batch}.parquet`)
    const third = await evaluate('waves')
    expect(third).toMatchObject({ version: 3, changed: true, conflicts: 500 })
    expect((await figures(third))['accuracy']).not.toBe((await figures(waves[1]))['accuracy'])
  })
})
