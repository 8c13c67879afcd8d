import fs from 'node:fs'
import path from 'node:path'
import { Connections } from '../../../../activities/data/postgres/connections'
import { reportRun } from '../../../../activities/runs/report-run'
import type { Report } from '../../../../schemas/report'
import { freshDatabase, runCli, temporaryFolder, type CliResult } from '../../../stack'
import { fullParts } from '../../../activities/evaluation/reports/full-report'
import { poolOf, storeJob, storeRun } from '../../../activities/evaluation/reports/store-parts'

let env: NodeJS.ProcessEnv
let folder: string
let runId: string
let withoutReport: string
const nightscore = (...words: string[]): Promise<CliResult> => runCli(words, { env, cwd: folder })

beforeAll(async () => {
  const databaseUrl = await freshDatabase()
  folder = temporaryFolder()
  env = { DATABASE_URL: databaseUrl }
  const pool = poolOf(databaseUrl)
  const parts = fullParts()
  await storeJob(pool, parts)
  runId = await storeRun(pool, parts)
  withoutReport = await storeRun(pool, parts, { batch: '2013-07-05', state: 'failed' })
  const connections = new Connections({ controlUrl: databaseUrl, environment: {} })
  await reportRun({ connections, serviceUrl: undefined }, runId)
  await connections.close()
})

test('as text: verdict first, findings, main figures, and how to save the page', async () => {
  const { code, stdout } = await nightscore('report', runId.slice(0, 8))
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  expect(lines[0]).toMatch(/^FAIL: temp looks like Fahrenheit turned Celsius: .* \(and 4 more findings\)$/)
  expect(stdout).toMatch(/^fail +33.1 {2}temp looks like Fahrenheit/m)
  expect(stdout).toContain(
    'accuracy    roc_auc 0.612 (0.570 to 0.654), accuracy 0.781 (0.752 to 0.808), log_loss 0.560',
  )
  expect(stdout).toContain('compared    with 28 batches, 2013-06-06 to 2013-07-03 (26,404 rows)')
  expect(stdout).toContain(`The whole page: nightscore report ${runId.slice(0, 8)} --html report.html`)
})

test('the page is saved whole, over one that was there, and nothing else is left beside it', async () => {
  fs.writeFileSync(path.join(folder, 'report.html'), 'old')
  const { code, stdout, stderr } = await nightscore(
    'report',
    'flights-late/2013-07-04',
    '--html',
    'report.html',
  )
  expect([code, stderr.trim()]).toEqual([
    0,
    `Saved the page: ${path.join(fs.realpathSync(folder), 'report.html')}`,
  ])
  expect(stdout).not.toContain('The whole page')
  const page = fs.readFileSync(path.join(folder, 'report.html'), 'utf8').trim()
  expect([page.slice(0, 15), page.slice(-7)]).toEqual(['<!doctype html>', '</html>'])
  expect(fs.readdirSync(folder)).toEqual(['report.html'])
})

test('as JSON: the report as it is kept', async () => {
  const { code, stdout } = await nightscore('report', runId, '--json')
  const document = JSON.parse(stdout) as Report
  expect(code).toBe(0)
  expect(document).toMatchObject({ verdict: 'fail', run: { runId, batch: '2013-07-04' } })
  expect(document.columns.map(({ column }) => column)).toEqual(
    expect.arrayContaining(['temp', 'score', 'label']),
  )
})

test.each<[string, () => string[], string, string]>([
  ['a run without a report', () => [withoutReport], 'REPORT_NOT_FOUND', 'found no report of run'],
  ['a run that there is not', () => ['ffffffff-0'], 'RUN_NOT_FOUND', 'found no run ffffffff-0'],
  [
    'a batch that is not published',
    () => ['flights-late/2013-07-05'],
    'NOT_PUBLISHED_YET',
    'batch 2013-07-05',
  ],
  [
    'a folder that there is not',
    () => [runId, '--html', 'nowhere/report.html'],
    'INPUT_INVALID',
    'in a folder that there is',
  ],
])('%s is an error that says so', async (_, words, code, told) => {
  const { code: exit, stderr } = await nightscore('report', ...words())
  expect(exit).not.toBe(0)
  expect(stderr).toContain(`[${code}]`)
  expect(stderr).toContain(told)
})
