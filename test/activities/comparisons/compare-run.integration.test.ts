import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { compareAgain, compareRun } from '../../../activities/comparisons/compare-run'
import { planComparison } from '../../../activities/comparisons/plan-comparison'
import { arriveJobLabels } from '../../../activities/evaluation/labels/job-labels'
import { loadComparison, loadFigures } from '../../../activities/evaluation/store/comparisons'
import { loadReportParts } from '../../../activities/evaluation/store/report-parts'
import { pairFiles } from '../../../activities/runs/pair-files'
import { loadRunContext } from '../../../activities/runs/run-context'
import { goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { runSteps, type RunSteps } from '../runs/run-steps'

const example = path.resolve(__dirname, '..', '..', '..', 'examples', 'flights')
const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
const batch = '2013-07-04'
let scenario: Scenario
let steps: RunSteps

beforeAll(async () => {
  scenario = await startScenario()
  fs.cpSync(
    path.join(example, 'data', 'flights', 'month=07'),
    path.join(scenario.folder, 'data/flights/month=07'),
    {
      recursive: true,
    },
  )
  fs.cpSync(
    path.join(example, 'data', 'labels', 'month=07'),
    path.join(scenario.folder, 'data/labels/month=07'),
    {
      recursive: true,
    },
  )
  for (const version of ['v2', 'v1']) await scenario.register(path.join(example, 'models', version))
  await scenario.register(goldenModel('regression-double'))
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>
  await scenario.apply({ ...job, shadow: 'flights-late@1' })
  steps = runSteps(scenario)
}, 60_000)

const comparisonOf = (runId: string) => loadComparison(scenario.connections.control, runId)

test('a nightly run is compared before labels come, and again with them; its report tells it', async () => {
  const runId = await steps.check('flights-late', batch)
  expect(await compareRun(steps.deps, runId, heartbeat)).toEqual({
    numeric: 'fail',
    nonInferiority: 'skipped',
  })
  const first = await comparisonOf(runId)
  expect(first).toMatchObject({
    kind: 'shadow',
    runId,
    champion: 'flights-late@2',
    challenger: 'flights-late@1',
    fromBatch: batch,
    batches: 1,
    rowsLabelled: 0,
  })

  const context = await loadRunContext(steps.deps, runId)
  await arriveJobLabels(steps.deps, { job: context.job, batch, task: 'binary', by: 'test' }, heartbeat)
  await compareAgain(steps.deps, context, heartbeat)
  const second = await comparisonOf(runId)
  expect(second!.rowsLabelled).toBeGreaterThan(600)
  expect(second!.nonInferiority).not.toBe('skipped')
  expect(await scenario.rows('SELECT FROM nightscore.comparison')).toHaveLength(1)
  const figures = await loadFigures(scenario.connections.control, runId)
  expect(new Set(figures.map((one) => JSON.stringify([one.metric, one.segment, one.direction]))).size).toBe(
    figures.length,
  )
  const { comparison } = await loadReportParts(scenario.connections.control, runId)
  expect(comparison).toMatchObject({ challenger: 'flights-late@1', rowsLabelled: second!.rowsLabelled })
  expect(comparison!.segments.length).toBeGreaterThan(0)

  // the files are dropped by retention some day: what was found with them stands
  for (const file of await pairFiles(steps.deps, runId)) fs.rmSync(file.path)
  await compareAgain(steps.deps, context, heartbeat)
  expect(await comparisonOf(runId)).toEqual(second)
})

test('pair files that are broken stop no night, but the comparison that somebody asked for', async () => {
  const broken = async (more: object): Promise<string> => {
    await scenario.rows(`UPDATE nightscore.run SET state = 'failed', ended_at = now()`)
    const runId = await steps.check('flights-late', batch, more)
    for (const file of await pairFiles(steps.deps, runId)) fs.appendFileSync(file.path, 'x')
    return runId
  }
  const nightly = await broken({})
  expect(await compareRun(steps.deps, nightly, heartbeat)).toBeNull()
  expect(await comparisonOf(nightly)).toBeNull()
  expect((await loadRunContext(steps.deps, nightly)).run.shadowError).toContain('STORE_CORRUPT')
  const asked = await broken({ shadow: 'flights-late@1' })
  await expect(compareRun(steps.deps, asked, heartbeat)).rejects.toMatchObject({ code: 'SHADOW_INVALID' })
})

test('a comparison that breaks in a way that nobody thought of stops no night either', async () => {
  const compare = () => Promise.reject(new TypeError('not a function'))
  const deps = { ...steps.deps, evaluationPool: { ...steps.deps.evaluationPool, compare } }
  const runOf = async (more: object): Promise<string> => {
    await scenario.rows(`UPDATE nightscore.run SET state = 'failed', ended_at = now()`)
    return steps.check('flights-late', batch, more)
  }
  const nightly = await runOf({})
  expect(await compareRun(deps, nightly, heartbeat)).toBeNull()
  expect((await loadRunContext(deps, nightly)).run.shadowError).toBe('flights-late@1: not a function')
  const asked = await runOf({ shadow: 'flights-late@1' })
  await expect(compareRun(deps, asked, heartbeat)).rejects.toThrow('not a function')
})

test('a trial run of a past batch has its labels at once', async () => {
  await scenario.rows(`UPDATE nightscore.run SET state = 'failed', ended_at = now()`)
  const night = '2013-07-05'
  const runId = await steps.check('flights-late', night, { publish: false })
  expect(await comparisonOf(runId)).toBeNull()
  await compareRun(steps.deps, runId, heartbeat)
  expect((await comparisonOf(runId))!.rowsLabelled).toBeGreaterThan(600)
})

test('a run without a shadow is compared with nothing', async () => {
  const runId = await steps.check('flights-late', '2013-07-06', { model: 'flights-late@1' })
  expect(await compareRun(steps.deps, runId, heartbeat)).toBeNull()
})

const plan = (input: unknown) => planComparison(steps.deps, { input })

test('what may be left out comes from the job', async () => {
  await expect(plan({ job: 'flights-late', from: '2013-07-01', to: '2013-07-03' })).resolves.toEqual({
    job: 'flights-late',
    champion: 'flights-late@2',
    challenger: 'flights-late@1',
    batches: ['2013-07-01', '2013-07-02', '2013-07-03'],
    inFlight: 2,
  })
  await expect(
    plan({ job: 'flights-late', champion: '@1', challenger: '@2', from: '2013-07-01' }),
  ).resolves.toMatchObject({
    champion: 'flights-late@1',
    challenger: 'flights-late@2',
    batches: ['2013-07-01'],
  })
})

const range = { from: '2013-07-01', to: '2013-07-02' }
test.each([
  [{ jbo: 'flights-late' }, 'unknown key "jbo" (nearest: "job")'],
  [{ job: 'flights-late', challenger: '2', ...range }, 'challenger = "2"'],
  [{ job: 'flights-late', challenger: '@2', ...range }, 'both flights-late@2'],
  [{ job: 'flights-late', challenger: 'regression-double@1', ...range }, 'a regression model'],
  [{ job: 'flights-late', from: '2013-07-02', to: '2013-07-01' }, '0 batches'],
  [{ job: 'flights-late', from: 'July', to: 'July' }, 'from = "July"'],
  [{ job: 'flights-late' }, 'no published batch of job "flights-late"'],
  [{ job: 'flights-late', inFlight: 0, ...range }, 'inFlight = 0'],
])('wrong input fails at once, and says what: %j', async (input, found) => {
  await expect(plan(input)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  await expect(plan(input)).rejects.toThrow(found)
})

test('a version that there is not is named', async () => {
  await expect(plan({ job: 'flights-late', challenger: '@9', ...range })).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
  })
})
