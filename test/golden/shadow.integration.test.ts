import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { pairFiles } from '../../activities/runs/pair-files'
import { runCli, type WorkerProcess } from '../stack'
import { duckdb, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** Two models in one pass: each makes of every row what it makes of it alone, to the last bit. */
const example = path.resolve(__dirname, '..', '..', 'examples', 'flights')
const batch = '2013-07-04'
let scenario: Scenario
let worker: WorkerProcess

beforeAll(async () => {
  scenario = await startScenario()
  fs.symlinkSync(path.join(example, 'data'), path.join(scenario.folder, 'data'))
  for (const version of ['v1', 'v2']) await scenario.register(path.join(example, 'models', version))
  worker = await scenario.worker({
    NIGHTSCORE_DATA_ROOTS: [scenario.folder, example].join(path.delimiter),
  })
}, 60_000)
afterAll(() => worker.kill('SIGTERM'))

/** Everything on record about a run's shards that a shadow must not change. */
const shardsOf = (runId: string) =>
  scenario.rows(
    `SELECT shard_no, result - '{timings,pairs,file}'::text[] AS result FROM nightscore.shard WHERE run_id = $1 ORDER BY 1`,
    [runId],
  )

const profilesOf = (runId: string) =>
  scenario.rows(
    `SELECT to_jsonb(c) - 'run_id' AS profile FROM nightscore.column_profile c WHERE run_id = $1 ORDER BY 1`,
    [runId],
  )

/** The run's committed pair files as a DuckDB relation. */
async function pairsOf(runId: string): Promise<string> {
  const files = await pairFiles({ connections: scenario.connections, storeFolder: scenario.store }, runId)
  return `read_parquet([${files.map((file) => `'${file.path}'`).join(', ')}])`
}

async function expectSameRows(one: string, other: string): Promise<void> {
  expect(await duckdb(`(${one}) EXCEPT ALL (${other}) LIMIT 5`)).toEqual([])
  expect(await duckdb(`(${other}) EXCEPT ALL (${one}) LIMIT 5`)).toEqual([])
}

test('a July night: v1 publishes the same with v2 in its shadow, and the pairs are what each publishes alone', async () => {
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>
  const jobOf = (name: string) => ({ ...job, name, sink: { postgres: `p.${name}`, parquet: `out/${name}` } })
  for (const name of ['first', 'second', 'both']) await scenario.apply(jobOf(name))
  const first = await scenario.run({ job: 'first', batch, model: 'flights-late@1' })
  const second = await scenario.run({ job: 'second', batch, model: 'flights-late@2' })
  const both = await scenario.run({ job: 'both', batch, model: 'flights-late@1', shadow: 'flights-late@2' })
  expect(both).toMatchObject({ state: 'published', rows: first.rows })
  expect(await shardsOf(both.runId)).toEqual(await shardsOf(first.runId))
  expect(await profilesOf(both.runId)).toEqual(await profilesOf(first.runId))

  const published = (name: string) =>
    `read_parquet('${scenario.folder}/out/${name}/batch=${batch}/*.parquet')`
  const columns = 'flight_id, carrier, origin, score, label'
  await expectSameRows(
    `SELECT ${columns} FROM ${published('first')}`,
    `SELECT ${columns} FROM ${published('both')}`,
  )
  const pairs = await pairsOf(both.runId)
  await expectSameRows(
    `SELECT k0, s0, s1, a0, a1, b0, b1 FROM ${pairs}`,
    `SELECT flight_id, coalesce(v1.carrier, v2.carrier), coalesce(v1.origin, v2.origin), v1.score, v1.label, v2.score, v2.label
     FROM ${published('first')} v1 FULL JOIN ${published('second')} v2 USING (flight_id)`,
  )
  const [[rows] = []] = await duckdb(`SELECT count(*) FROM ${pairs}`)
  expect(Number(rows)).toBe(Math.max(first.rows.scored, second.rows.scored))
  expect(first.rows.scored).toBeGreaterThan(700)
  const [run] = await scenario.rows(
    `SELECT shadow_model, shadow_version, shadow_asked, shadow_error FROM nightscore.run WHERE run_id = $1`,
    [both.runId],
  )
  expect(run).toEqual({
    shadow_model: 'flights-late',
    shadow_version: 2,
    shadow_asked: true,
    shadow_error: null,
  })
})

test('run --shadow asks for one by hand; one that is not there ends the run', async () => {
  const env = {
    DATABASE_URL: scenario.databaseUrl,
    NIGHTSCORE_TASK_QUEUE: scenario.taskQueue,
  }
  const run = (shadow: string) =>
    runCli(
      ['run', 'both', '--batch', '2013-07-05', '--model', 'flights-late@2', '--shadow', shadow, '--json'],
      {
        env,
      },
    )
  const { code, stdout } = await run('flights-late@1')
  expect(code).toBe(0)
  const { runId } = JSON.parse(stdout) as { runId: string }
  const shown = await runCli(['run', 'show', runId, '--json'], { env })
  expect(JSON.parse(shown.stdout)).toMatchObject({
    model: 'flights-late',
    modelVersion: 2,
    shadow: { model: 'flights-late', version: 1 },
    shadowError: null,
    shadowShare: expect.any(Number) as number,
  })
  const failed = await run('flights-late@7')
  expect(failed.code).toBe(1)
  expect(failed.stderr).toMatch(/flights-late@7.*MODEL_NOT_FOUND/s)
})

/** Models of one task that read other columns, of other types; some rows are there for one of them only. */
const couples: [string, string][] = [
  ['multiclass-list', 'text-classifier'],
  ['regression-double', 'regression-float32'],
  ['regression-int64', 'regression-double'],
  ['raw-two-outputs', 'raw-int32-bool'],
]

test.each(couples)('%s with %s in its shadow', async (champion, challenger) => {
  for (const name of [champion, challenger]) await scenario.register(goldenModel(name))
  const rows = (name: string) => `'${path.join(goldenModel(name), 'rows.parquet')}'`
  // of each model's rows some have no counterpart, and a null in the other's features
  await duckdb(
    `COPY (SELECT *, CASE WHEN id % 5 > 0 THEN 'site ' || id % 5 END AS site
           FROM (SELECT * REPLACE (id + 100 AS id) FROM ${rows(champion)}) FULL JOIN ${rows(challenger)} USING (id) ORDER BY id)
     TO '${scenario.folder}/${champion}.parquet'`,
  )
  const jobOf = (name: string, model: string) => ({
    name,
    model: `${model}@1`,
    source: { parquet: `${champion}.parquet` },
    key: ['id'],
    sink: { postgres: `q."${name}"`, parquet: `out/${name}` },
    quality: { maxQuarantinedShare: 1 },
    monitor: { reference: 'model', segments: ['site'] },
    shards: { rows: 100, inFlight: 4 },
  })
  const names = { first: `${champion}-alone`, second: `${challenger}-after-${champion}`, both: champion }
  await scenario.apply(jobOf(names.first, champion))
  await scenario.apply(jobOf(names.second, challenger))
  await scenario.apply({ ...jobOf(names.both, champion), shadow: `${challenger}@champion` })
  const first = await scenario.run({ job: names.first, batch: '1' })
  const second = await scenario.run({ job: names.second, batch: '1' })
  const both = await scenario.run({ job: names.both, batch: '1' })
  expect(first.rows.quarantined).toBeGreaterThan(0)
  expect(second.rows.quarantined).toBeGreaterThan(0)
  expect(both.rows).toEqual(first.rows)
  expect(both.shards).toBeGreaterThan(2)
  expect(await shardsOf(both.runId)).toEqual(await shardsOf(first.runId))

  const published = (name: string) => `read_parquet('${scenario.folder}/out/${name}/batch=1/*.parquet')`
  const predicted = async (name: string, letter: string) => {
    const own = ['batch', 'revision', 'model_version', 'run_id', 'id', 'site']
    const described = await duckdb(`DESCRIBE SELECT * FROM ${published(name)}`)
    const columns = described.map(([column]) => String(column)).filter((column) => !own.includes(column))
    return columns.map((column, i) => `${letter}."${column}" AS ${letter}${i}`).join(', ')
  }
  const a = await predicted(names.first, 'a')
  const b = await predicted(names.second, 'b')
  await expectSameRows(
    `FROM ${await pairsOf(both.runId)}`,
    `SELECT id AS k0, coalesce(a.site, b.site) AS s0, ${a}, ${b} FROM ${published(names.first)} a FULL JOIN ${published(names.second)} b USING (id)`,
  )
})
