import path from 'node:path'
import { loadMetrics, type StoredMetric } from '../../../activities/evaluation/store/metrics'
import { evaluateRun } from '../../../activities/runs/evaluate-run'
import { publishRun } from '../../../activities/runs/publish-run'
import { duckdb, goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { runSteps, type RunSteps } from './run-steps'

let scenario: Scenario
let steps: RunSteps

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  shards: { rows: 300 },
  quality: { maxQuarantinedShare: 0.1 },
}

/** 1,000 rows; the first `bad` have a b that the model’s rules quarantine. */
const writeNight = (batch: string, { bad = 0, more = '' } = {}) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, (hash(i, '${batch}') % 1000) / 100.0 AS a, CASE WHEN i < ${bad} THEN 99 ELSE i % 10 END AS b,
            ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d ${more}
     FROM range(1000) t(i)) TO '${path.join(scenario.folder, batch)}.parquet' (FORMAT parquet)`,
  )

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await scenario.apply(job)
  steps = runSteps(scenario)
  await writeNight('n1')
  const first = await steps.check('j', 'n1')
  await evaluateRun(steps.deps, first)
  await publishRun(steps.deps, first)
}, 60_000)

const metricsOf = (runId: string) => loadMetrics(scenario.connections.control, runId)
const named = (metrics: readonly StoredMetric[], name: string) =>
  metrics.filter(({ metric, segment }) => metric === name && segment === null)
const counts = async (runId: string) =>
  (
    await scenario.rows(
      `SELECT (SELECT count(*)::int FROM nightscore.metric_value WHERE run_id = $1) AS metrics,
              (SELECT count(*)::int FROM nightscore.gate_result WHERE run_id = $1) AS gates,
              (SELECT count(*)::int FROM nightscore.column_profile WHERE run_id = $1) AS columns,
              (SELECT verdict FROM nightscore.run WHERE run_id = $1) AS verdict`,
      [runId],
    )
  )[0]

test('a run is compared with the nights before, and all of it is kept', async () => {
  await writeNight('n2')
  const runId = await steps.check('j', 'n2')
  expect(await evaluateRun(steps.deps, runId)).toEqual({ verdict: 'ok', hold: null })
  const metrics = await metricsOf(runId)
  expect(
    named(metrics, 'psi')
      .map(({ scope, column }) => `${scope} ${column}`)
      .sort(),
  ).toEqual(['feature a', 'feature b', 'feature c', 'feature d', 'prediction label', 'prediction score'])
  expect(named(metrics, 'row_count')).toMatchObject([{ value: 1_000 }])
  expect(named(metrics, 'schema_changes')).toMatchObject([{ value: 0, verdict: 'ok' }])
  expect(named(metrics, 'rows_per_second')[0]?.value).toBeGreaterThan(0)
  expect(await counts(runId)).toMatchObject({ columns: 6, verdict: 'ok' })
  const [run] = await scenario.rows<{ planned_at: Date }>(
    'SELECT planned_at FROM nightscore.run WHERE run_id = $1',
    [runId],
  )
  expect(new Set(metrics.map(({ asOf }) => asOf.getTime()))).toEqual(new Set([run?.planned_at.getTime()]))
})

test('an attempt that comes again replaces what the former wrote', async () => {
  await scenario.apply({ ...job, monitor: { gates: [{ metric: 'psi', of: 'features', warn: 10 }] } })
  await writeNight('n3')
  const runId = await steps.check('j', 'n3')
  await evaluateRun(steps.deps, runId)
  const once = [await counts(runId), await metricsOf(runId)]
  await evaluateRun(steps.deps, runId)
  expect([await counts(runId), await metricsOf(runId)]).toEqual(once)
  await scenario.apply(job)
})

test('columns that changed since the last published night are told', async () => {
  await writeNight('n4', { more: `, 'new' AS note` })
  const runId = await steps.check('j', 'n4')
  expect(await evaluateRun(steps.deps, runId)).toEqual({ verdict: 'warn', hold: null })
  expect(named(await metricsOf(runId), 'schema_changes')).toMatchObject([
    { value: 1, verdict: 'warn', reason: 'note is new (VARCHAR)' },
  ])
})

test('too many quarantined rows end the run, with the evidence kept', async () => {
  await writeNight('n5', { bad: 200 })
  const runId = await steps.check('j', 'n5')
  await expect(evaluateRun(steps.deps, runId)).rejects.toMatchObject({
    code: 'RUN_QUARANTINE_LIMIT',
    message: expect.stringContaining('200 of 1000 rows'),
  })
  const metrics = await metricsOf(runId)
  expect(named(metrics, 'quarantined_share')).toMatchObject([{ value: 0.2, nCurrent: 1_000 }])
  expect(named(metrics, 'out_of_range_rate').find(({ column }) => column === 'b')).toMatchObject({
    value: 0.2,
    verdict: 'fail',
  })
})

test('distances of nights that were compared with another kind of reference are no history', async () => {
  const trailing = {
    ...job,
    monitor: { gates: [{ metric: 'psi', of: 'features', columns: ['a'], warn: 'trailing' }] },
  }
  await scenario.apply(trailing)
  await writeNight('n6')
  const before = await steps.check('j', 'n6')
  await evaluateRun(steps.deps, before)
  await publishRun(steps.deps, before)
  const reasonOf = async (batch: string, monitor: object) => {
    await scenario.apply({ ...trailing, monitor: { ...trailing.monitor, ...monitor } })
    await writeNight(batch)
    const runId = await steps.check('j', batch)
    await evaluateRun(steps.deps, runId)
    const [gate] = await scenario.rows<{ reason: string }>(
      'SELECT reason FROM nightscore.gate_result WHERE run_id = $1',
      [runId],
    )
    return gate?.reason
  }
  expect(await reasonOf('n7', {})).toBe('1 former values, needed are 14')
  expect(await reasonOf('n8', { reference: { batches: ['n1', 'n6'] } })).toBe(
    '0 former values, needed are 14',
  )
})
