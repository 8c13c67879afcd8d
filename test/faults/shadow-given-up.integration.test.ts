import fs from 'node:fs'
import path from 'node:path'
import { stringify } from 'yaml'
import { openRun } from '../../activities/runs/open-run'
import { loadRun } from '../../activities/runs/run-store'
import { promoteModel, registerModel } from '../../activities/scoring/registry'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { runSteps, type RunSteps } from '../activities/runs/run-steps'
import { runCli, temporaryFolder } from '../stack'
import { duckdb, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** A job's own shadow that cannot be scored stops no night; one that was asked for with the run does. */
const rows = 5_000
let scenario: Scenario
let steps: RunSteps

const job = {
  name: 'j',
  model: 'quality-rules@1',
  source: { parquet: '{batch}.parquet' },
  features: { e: 'CAST(note AS FLOAT)' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  quality: { maxQuarantinedShare: 1 },
  monitor: { reference: 'model' as const },
  shards: { rows: 1_000, inFlight: 4 },
}

/** The second version takes e instead of b. Its network has other bytes: a field of text more, which changes nothing. */
async function registerChallenger(): Promise<void> {
  const folder = temporaryFolder()
  const text = Buffer.from('the second')
  const network = fs.readFileSync(path.join(goldenModel('quality-rules'), 'model.onnx'))
  fs.writeFileSync(
    path.join(folder, 'model.onnx'),
    Buffer.concat([network, Buffer.from([0x32, text.length]), text]), // ModelProto.doc_string
  )
  const features = [
    { name: 'a', type: 'number', missing: 5 },
    { name: 'e', type: 'number' },
    { name: 'c', type: 'category', categories: ['x', 'y', 'z'] },
    { name: 'd', type: 'number', min: 0, max: 10, missing: 1 },
  ]
  const output = { tensor: 'probability', positive: 0 }
  const manifest = { name: 'quality-rules', task: 'binary', input: { tensor: 'x' }, features, output }
  fs.writeFileSync(path.join(folder, 'model.yaml'), stringify(manifest))
  await registerModel(scenario.connections.control, folder, { keys: readModelKeys({}), by: 'test' })
}

/** `note` is text: a number, but in row `odd`. */
const writeRows = (batch: string, odd: number, columns = '') =>
  duckdb(
    `COPY (SELECT i::bigint AS id, CASE WHEN i % 7 > 0 THEN i / 1000.0 END AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d
       ${columns}, CASE WHEN i = ${odd} THEN 'odd' ELSE (i % 9)::varchar END AS note
     FROM range(${rows}) t(i)) TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await registerChallenger()
  await scenario.register(goldenModel('regression-double'))
  await scenario.apply(job)
  steps = runSteps(scenario)
  await writeRows('good', -1)
  await writeRows('odd', 3_500)
}, 60_000)

const shadowOf = async (runId: string) => {
  const run = await loadRun(scenario.connections.control, runId)
  return { shadow: run.shadow, asked: run.shadowAsked, error: run.shadowError }
}
const shardsOf = (runId: string) =>
  scenario.rows<{ digest: string; paired: boolean }>(
    `SELECT result->>'digest' AS digest, result->'pairs' <> 'null' AS paired FROM nightscore.shard WHERE run_id = $1 ORDER BY shard_no`,
    [runId],
  )
const withOwn = (shadow: string) => scenario.apply({ ...job, shadow })
const close = (runId: string) =>
  scenario.rows(`UPDATE nightscore.run SET state = 'failed' WHERE run_id = $1`, [runId])

test('rows that either model quarantines: the pairs have the rows of both', async () => {
  await scenario.apply(job)
  const runId = await steps.check('j', 'good', { shadow: 'quality-rules@2' })
  expect((await shardsOf(runId)).map((shard) => shard.paired)).toEqual(Array(5).fill(true))
  const folder = path.join(scenario.store, 'pairs', runId)
  const [found] = await duckdb(
    `SELECT count(*), count(DISTINCT k0), count(a0), count(b0) FROM '${folder}/*.parquet'`,
  )
  const withoutA = Math.ceil(rows / 7)
  expect(found?.map(Number)).toEqual([rows, rows, rows - withoutA, rows])
  const shown = await runCli(['run', 'show', runId], { env: { DATABASE_URL: scenario.databaseUrl } })
  expect(shown.stdout).toMatch(/^shadow {6}quality-rules@2, \d+\.\d % of the shards’ time$/m)
  await close(runId)
})

test('an expression of the shadow that fails on a row: the night goes on without it, and says why', async () => {
  await withOwn('quality-rules@2')
  const runId = await steps.check('j', 'odd')
  const run = await loadRun(scenario.connections.control, runId)
  expect(run.rows).toMatchObject({ read: rows, filtered: 0 })
  expect(await shadowOf(runId)).toMatchObject({
    shadow: null,
    error: expect.stringMatching(/^quality-rules@2: .*feature "e".*odd/),
  })
  expect((await shardsOf(runId)).map((shard) => shard.paired)).toEqual([true, true, true, false, false])
  const shown = await runCli(['run', 'show', runId], { env: { DATABASE_URL: scenario.databaseUrl } })
  expect(shown.stdout).toMatch(/^shadow {6}not scored: quality-rules@2: .*feature "e"/m)
  await close(runId)

  await scenario.apply(job)
  const alone = await steps.check('j', 'odd')
  const digests = async (id: string) => (await shardsOf(id)).map(({ digest }) => digest)
  expect(await digests(runId)).toEqual(await digests(alone))
  await close(alone)
})

test('the same where the shadow was asked for ends the run', async () => {
  await scenario.apply(job)
  await expect(steps.check('j', 'odd', { shadow: 'quality-rules@2' })).rejects.toMatchObject({
    code: 'SHADOW_INVALID',
    message: expect.stringMatching(/quality-rules@2: feature "e".*EXPRESSION_INVALID/),
  })
})

test('a column that the source lacks is found when the run is planned', async () => {
  await scenario.apply({
    ...job,
    name: 'k',
    features: {},
    sink: { postgres: 'predictions.k' },
    shadow: 'quality-rules@2',
  })
  const runId = await steps.check('k', 'good')
  expect(await shadowOf(runId)).toEqual({
    shadow: null,
    asked: false,
    error: expect.stringContaining('no column "e"') as string,
  })
  await close(runId)
  await expect(steps.plan('k', 'good', { shadow: 'quality-rules@2' })).rejects.toMatchObject({
    code: 'SHADOW_INVALID',
    message: expect.stringContaining('no column "e"') as string,
  })
})

test('a model whose bytes are gone', async () => {
  await writeRows('bytes', -1)
  const damage = `UPDATE nightscore.model_artifact SET bytes = set_byte(bytes, 100, get_byte(bytes, 100) # 1)
    WHERE sha256 = (SELECT files->>'model.onnx' FROM nightscore.model_version WHERE model = 'quality-rules' AND version = 2)`
  await scenario.rows(damage)
  await withOwn('quality-rules@2')
  const runId = await steps.check('j', 'bytes')
  await scenario.rows(damage)
  expect((await shadowOf(runId)).error).toMatch(/MODEL_BYTES_CORRUPT/)
  expect((await shardsOf(runId)).map((shard) => shard.paired)).toEqual(Array(5).fill(false))
  await close(runId)
})

describe('which shadow a run is opened with', () => {
  let opened = 0
  const open = async (more: object = {}) => {
    const id = `opened/${++opened}`
    const owner = { workflowId: id, firstRunId: id, due: new Date().toISOString() }
    const { runId } = await openRun(steps.deps, {
      input: { job: 'j', batch: id.replace('/', '-'), ...more },
      ...owner,
    })
    return runId
  }
  const none = { shadow: null, asked: false, error: null }

  test.each([
    ['the job’s own', 'quality-rules@2', { ...none, shadow: { model: 'quality-rules', version: 2 } }],
    ['none where it is the model’s own version', 'quality-rules@1', none],
    ['none where its alias points at nothing yet', 'quality-rules@challenger', none],
    [
      'none, and why, where there is no such version',
      'quality-rules@9',
      { ...none, error: expect.stringContaining('MODEL_NOT_FOUND') as string },
    ],
    [
      'none, and why, where there is no such model',
      'quality-rulez@challenger',
      { ...none, error: expect.stringContaining('MODEL_NOT_FOUND') as string },
    ],
    [
      'none, and why, where it has another task',
      'regression-double@1',
      { ...none, error: expect.stringMatching(/regression model; expected a binary/) as string },
    ],
  ])('%s', async (_, shadow, expected) => {
    await withOwn(shadow)
    expect(await shadowOf(await open())).toEqual(expected)
  })

  test('one that was asked for comes before the job’s own, and must be there', async () => {
    await withOwn('quality-rules@challenger')
    expect(await shadowOf(await open({ shadow: 'quality-rules@2' }))).toMatchObject({
      asked: true,
      shadow: { version: 2 },
    })
    expect(await shadowOf(await open({ shadow: 'quality-rules@1' }))).toMatchObject({ shadow: null })
    await expect(open({ shadow: 'quality-rules@challenger' })).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    })
    await expect(open({ shadow: 'regression-double@1' })).rejects.toMatchObject({ code: 'SHADOW_INVALID' })
  })

  test('a resumed run keeps the shadow that it was opened with', async () => {
    const control = scenario.connections.control
    const point = (version: number) =>
      promoteModel(control, {
        reference: `quality-rules@${version}`,
        alias: 'later',
        by: 'test',
        why: null,
      })
    await point(2)
    await withOwn('quality-rules@later')
    const runId = await open()
    await point(1)
    await close(runId)
    expect(await open({ resume: runId })).toBe(runId)
    expect((await shadowOf(runId)).shadow).toEqual({ model: 'quality-rules', version: 2 })
  })

  test('apply refuses a shadow of another task', async () => {
    const file = path.join(scenario.folder, 'refused.yaml')
    fs.writeFileSync(file, stringify({ ...job, name: 'refused', shadow: 'regression-double@challenger' }))
    const { code, stderr } = await runCli(['apply', file], { env: { DATABASE_URL: scenario.databaseUrl } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/regression-double, a regression model.*SHADOW_INVALID/s)
  })
})
