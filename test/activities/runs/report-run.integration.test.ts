import type { Pool } from 'pg'
import { Connections } from '../../../activities/data/postgres/connections'
import { reportRun } from '../../../activities/runs/report-run'
import type { Report } from '../../../schemas/report'
import { freshDatabase } from '../../stack'
import { whenFileEnds } from '../../stack/clean-up'
import { flights, mapped, nightParts } from '../evaluation/reports/flights-night'
import { fullParts } from '../evaluation/reports/full-report'
import { poolOf, storeJob, storeRun } from '../evaluation/reports/store-parts'

let pool: Pool
let deps: { connections: Connections; serviceUrl: string | undefined }

beforeAll(async () => {
  const databaseUrl = await freshDatabase()
  pool = poolOf(databaseUrl)
  const connections = new Connections({ controlUrl: databaseUrl, environment: {} })
  whenFileEnds(() => connections.close())
  deps = { connections, serviceUrl: 'https://reports.example' }
  await storeJob(pool, nightParts(flights(943, 2)))
})

async function stored(runId: string) {
  const { rows } = await pool.query<{
    html: string
    json: Report
    verdict: string
    headline: string
    asOf: Date
  }>('SELECT html, json, verdict, headline, as_of AS "asOf" FROM nightscore.report WHERE run_id = $1', [
    runId,
  ])
  return rows
}

test('a night whose temperatures are in another unit: the summary and the stored report say so', async () => {
  const columns = flights(943, 2)
  columns.set(
    'feature/temp',
    mapped(columns.get('feature/temp'), (f) => ((f - 32) * 5) / 9),
  )
  const runId = await storeRun(pool, nightParts(columns), { batch: '2013-07-01' })
  const summary = await reportRun(deps, runId)
  expect(summary).toEqual({
    runId,
    verdict: 'fail',
    headline: 'temp looks like Fahrenheit turned Celsius: mean 72.1 -> 22.3, sd 9.8 -> 5.46',
    report: `https://reports.example/reports/${runId}`,
  })
  const [report, ...others] = await stored(runId)
  expect(others).toEqual([])
  expect(report).toMatchObject({ verdict: 'fail', headline: summary.headline })
  expect(report!.html).toContain('Fahrenheit turned Celsius')
  expect(report!.json.columns[0]).toMatchObject({ column: 'temp', verdict: 'fail', current: { rows: 943 } })
})

test('made again it is the same page, and still one report; labels that came meanwhile are in it', async () => {
  const quiet = nightParts(flights(943, 2))
  const runId = await storeRun(pool, quiet, { batch: '2013-07-02' })
  expect(await reportRun({ ...deps, serviceUrl: undefined }, runId)).toMatchObject({
    verdict: 'ok',
    report: `nightscore report ${runId}`,
  })
  const [first] = await stored(runId)
  await reportRun(deps, runId)
  const [second, ...others] = await stored(runId)
  expect(others).toEqual([])
  expect(second!.html).toBe(first!.html)

  const labelled = await storeRun(pool, { ...quiet, ...labelsOf(fullParts()) }, { batch: '2013-07-03' })
  expect(await reportRun(deps, labelled)).toMatchObject({
    verdict: 'fail',
    headline: expect.stringMatching(
      /^roc_auc 0.612 \(95 % 0.57 to 0.654\), 902 labelled rows; fails below 0.64/,
    ),
  })
  const [withLabels] = await stored(labelled)
  expect(withLabels!.asOf).toEqual(new Date('2013-07-06T09:00:00.000Z'))
})

/** A night like any other whose accuracy is bad. */
function labelsOf(full: ReturnType<typeof fullParts>) {
  const quiet = nightParts(flights(943, 2))
  const accuracy = full.metrics.filter(({ scope, segment }) => scope === 'accuracy' && segment === null)
  return { evaluation: full.evaluation, metrics: [...quiet.metrics, ...accuracy] }
}

test('a run that there is not has no report', async () => {
  await expect(reportRun(deps, '00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
    code: 'RUN_NOT_FOUND',
  })
})
