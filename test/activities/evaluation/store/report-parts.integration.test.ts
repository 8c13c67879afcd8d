import type { Pool } from 'pg'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { loadReportParts, referenceLabel } from '../../../../activities/evaluation/store/report-parts'
import { freshDatabase } from '../../../stack'
import { flights, mostlyMissing, nightParts } from '../reports/flights-night'
import { fullParts } from '../reports/full-report'
import { poolOf, storeJob, storeRun } from '../reports/store-parts'

let pool: Pool
const parts = fullParts()

beforeAll(async () => {
  pool = poolOf(await freshDatabase())
  await storeJob(pool, parts)
})

interface Named {
  readonly scope: string
  readonly column: string | null
  readonly metric?: string
}

/** Sorted, so that the order of rows in the tables does not matter. */
function byName<T extends Named>(list: readonly T[]): T[] {
  const key = ({ scope, column, metric }: Named): string => JSON.stringify([scope, column, metric])
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

test('what a run left in the tables comes back: columns, numbers, gates, labels, speed', async () => {
  const loaded = await loadReportParts(pool, await storeRun(pool, parts, { batch: '2013-07-04' }))
  expect(byName(loaded.metrics.filter(({ segment }) => segment === null))).toEqual(
    byName(parts.metrics.filter(({ segment }) => segment === null)),
  )
  expect(loaded.gates).toEqual(parts.gates)
  const features = loaded.referenceColumns.filter(({ scope }) => scope !== 'label')
  expect(byName(features)).toEqual(byName(parts.referenceColumns))
  expect(loaded.evaluation).toEqual(parts.evaluation)
  expect(loaded.run).toMatchObject({
    rows: parts.run.rows,
    quarantinedBy: parts.run.quarantinedBy,
    task: 'binary',
  })
  expect(loaded.reference).toMatchObject({ label: '28 batches, 2013-06-06 to 2013-07-03', sampled: false })
  expect(loaded.speed).toMatchObject({ phases: { score: 2 }, threads: parts.speed.threads, shards: 1 })
  expect(loaded.speed.inferenceMsP50).toBeCloseTo(1)
})

test('of golden rows the newest check is told, wherever that was; of a version without any, nothing', async () => {
  const runId = await storeRun(pool, parts, { batch: '2013-08-06' })
  const golden = async () => (await loadReportParts(pool, runId)).run.golden
  expect(await golden()).toBeNull()
  const [model, version] = parts.run.model.split('@')
  for (const [machine, agreeing, day] of [
    ['old', 200, 1],
    ['new', 199, 3],
    ['middle', 200, 2],
  ])
    await pool.query(
      `INSERT INTO nightscore.golden_agreement (model, version, runtime_version, machine, rows, agreeing_rows, max_abs_difference,
         max_rel_difference, verdict, checked_at) VALUES ($1, $2, '1.27.0', $3, 200, $4, 'Infinity', 0, 'ok', make_date(2013, 7, $5::int))`,
      [model, version, machine, agreeing, day],
    )
  expect(await golden()).toMatchObject({
    rows: 200,
    agreeingRows: 199,
    runtimeVersion: '1.27.0',
    machine: 'new',
  })
  await pool.query('DELETE FROM nightscore.golden_agreement')
})

test('labels have a histogram on the bins of what they are compared with', async () => {
  const loaded = await loadReportParts(pool, await storeRun(pool, parts, { batch: '2013-07-05' }))
  expect(loaded.referenceColumns.find(({ scope }) => scope === 'label')).toMatchObject({
    column: 'label',
    kind: 'categorical',
    bins: ['false', 'true'],
    counts: [800, 200, 0, 0],
  })
  expect(loaded.currentColumns.find(({ scope }) => scope === 'label')).toMatchObject({
    counts: [650, 350, 0, 0],
  })
})

test('trends are of the last 28 published batches before this one and this one, in order of their keys', async () => {
  for (let day = 1; day <= 30; day++)
    await storeRun(pool, { ...parts, evaluation: null }, { batch: `2014-01-${String(day).padStart(2, '0')}` })
  await storeRun(pool, parts, { batch: '2014-01-15-b', state: 'failed' })
  const { trends } = await loadReportParts(pool, await storeRun(pool, parts, { batch: '2014-01-31' }))
  expect(trends.map(({ scope, metric, column }) => [scope, metric, column])).toEqual([
    ['quality', 'row_count_ratio', null],
    ['prediction', 'psi', 'score'],
    ['accuracy', 'roc_auc', null],
    ['accuracy', 'log_loss', null],
    ['feature', 'psi', 'temp'],
    ['feature', 'psi', 'carrier'],
    ['feature', 'js_distance', 'wind_speed'],
    ['speed', 'rows_per_second', null],
  ])
  const batches = trends[0]!.points.map(({ batch }) => batch)
  expect(batches).toHaveLength(29)
  expect([batches[0], batches[1], batches.at(-1)]).toEqual(['2014-01-03', '2014-01-04', '2014-01-31'])
  expect(trends[2]!.points.filter(({ value }) => value !== null)).toHaveLength(1) // only this one has labels
  expect(trends[2]).toMatchObject({ warnAt: 0.68, failAt: 0.64 })
})

test('a rate judged by its difference to the reference has no limits in its trend', async () => {
  const columns = flights(943, 2)
  columns.set('feature/temp', mostlyMissing(columns.get('feature/temp'), 20))
  const { trends } = await loadReportParts(
    pool,
    await storeRun(pool, nightParts(columns), { batch: '2015-01-01' }),
  )
  expect(trends.find(({ metric }) => metric === 'missing_rate')).toMatchObject({
    column: 'temp',
    warnAt: null,
    failAt: null,
  })
  expect(trends.find(({ column }) => column === 'score')).toMatchObject({ warnAt: expect.any(Number) })
})

test('the report of what was loaded is the report of what was stored, but for times and trends', async () => {
  const loaded = await loadReportParts(pool, await storeRun(pool, parts, { batch: '2013-07-06' }))
  const [found, expected] = [composeReport({ ...loaded, trends: parts.trends }), composeReport(parts)]
  expect(found.findings).toEqual(expected.findings)
  expect(found.headline).toBe(expected.headline)
  expect(found.segments).toEqual(expected.segments)
})

test.each([
  ['trailing', { from: 'a', to: 'b', runs: ['1', '2'] }, '2 batches, a to b'],
  ['batches', { from: 'a', to: 'a', runs: ['1'] }, 'batch a'],
  ['model', { model: 'm@2', file: 'reference.parquet' }, 'the reference.parquet of m@2'],
  ['parquet', { file: 'data/june.parquet' }, 'data/june.parquet'],
] as const)('a reference of kind %s is called by what it is', (kind, source, label) => {
  expect(referenceLabel(kind, source)).toBe(label)
})
