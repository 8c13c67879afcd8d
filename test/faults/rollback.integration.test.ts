import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { promoteModel, registerModel } from '../../activities/scoring/registry'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { runCli, temporaryFolder } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

// workflow ids of commands are one namespace for all tests of a server
const name = `rollback-${randomBytes(4).toString('hex')}`
const job = {
  name,
  model: 'quality-rules@champion',
  source: { parquet: '{batch}.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j', parquet: 'out' },
  shards: { rows: 1_000, inFlight: 4 },
}
let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  const second = path.join(temporaryFolder(), 'v2')
  fs.cpSync(goldenModel('quality-rules'), second, { recursive: true })
  const file = path.join(second, 'model.yaml')
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('threshold: 0.5', 'threshold: 0.6'))
  const registered = await registerModel(scenario.connections.control, second, {
    keys: readModelKeys({}),
    by: 'test',
  })
  expect(registered.version).toBe(2)
  await scenario.apply(job)
}, 60_000)

const write = (batch: string, rows: number) =>
  duckdb(
    `COPY (SELECT i::bigint AS id, i / 1000.0 AS a, i % 10 AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d FROM range(${rows}) t(i))
     TO '${path.join(scenario.folder, `${batch}.parquet`)}' (FORMAT parquet)`,
  )
async function publish(batch: string, rows: number): Promise<void> {
  await write(batch, rows)
  await scenario.run({ job: name, batch })
}
const promote = (version: number) =>
  promoteModel(scenario.connections.control, {
    ...{ reference: `quality-rules@${version}`, alias: 'champion', by: 'test', why: null },
  })
const inTable = async (batch: string) =>
  (
    await scenario.rows<{ revision: number; versions: number[]; rows: number }>(
      `SELECT min(revision) AS revision, array_agg(DISTINCT model_version) AS versions, count(*)::int AS rows
       FROM predictions.j WHERE batch = $1`,
      [batch],
    )
  )[0]
const revisionInFiles = async (batch: string) =>
  (
    await duckdb(
      `SELECT min(revision)::int FROM read_parquet('${scenario.folder}/out/batch=${batch}/*.parquet')`,
    )
  )[0]?.[0]
const nightscore = async (...words: string[]) => {
  const { databaseUrl, taskQueue, store } = scenario
  const env = { DATABASE_URL: databaseUrl, NIGHTSCORE_TASK_QUEUE: taskQueue, NIGHTSCORE_STORE: store }
  const { code, stdout, stderr } = await runCli([...words, '--json'], { env })
  return { code, document: JSON.parse(stdout) as unknown, stderr }
}

test('a worker killed between the two sinks: another one finishes the rollback', async () => {
  const doomed = await scenario.worker()
  for (const rows of [2_000, 3_000]) await publish('killed', rows)
  // holds the rollback back after it has switched the files
  await scenario.rows(
    `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(8); RETURN new; END $$`,
  )
  await scenario.rows(
    `CREATE TRIGGER slow BEFORE INSERT ON predictions.j_published FOR EACH ROW EXECUTE FUNCTION slow()`,
  )
  const handle = await scenario.temporal.workflow.start('rollbackRun', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/killed`,
    args: [{ job: name, batch: 'killed', why: 'the test' }],
  })
  await eventually(async () => ((await revisionInFiles('killed')) === 1 ? true : undefined))
  await doomed.kill('SIGKILL')
  expect(await inTable('killed')).toMatchObject({ revision: 2, rows: 3_000 })
  await scenario.rows('DROP FUNCTION slow() CASCADE') // once its transaction has ended

  const heir = await scenario.worker()
  expect(await handle.result()).toMatchObject({
    ...{ batch: 'killed', from: { revision: 2 }, to: { revision: 1 } },
    by: expect.stringMatching(/^workflow /) as string,
  })
  await heir.kill('SIGTERM')
  expect(await inTable('killed')).toMatchObject({ revision: 1, rows: 2_000 })
  expect(await revisionInFiles('killed')).toBe(1)
  const changes = await scenario.rows(`SELECT FROM nightscore.publication_change WHERE batch = 'killed'`)
  expect(changes).toHaveLength(1)
}, 180_000)

describe('with a worker', () => {
  beforeAll(async () => {
    await scenario.worker({ NIGHTSCORE_ACTIVITY_SLOTS: '2', NIGHTSCORE_THREADS: '1' })
  }, 60_000)

  test('a run keeps the version that it resolved at its start, whatever the alias names meanwhile', async () => {
    await write('midway', 60_000)
    const handle = await scenario.start({ job: name, batch: 'midway' })
    await eventually(
      async () => (await handle.query<{ shardsDone: number }>('progress')).shardsDone > 1 || undefined,
    )
    await promote(2)
    expect((await handle.query<{ shardsDone: number }>('progress')).shardsDone).toBeLessThan(60)
    expect(await resultOf(handle)).toMatchObject({ model: 'quality-rules@1', state: 'published' })
    expect(await inTable('midway')).toEqual({ revision: 1, versions: [1], rows: 60_000 })
    await scenario.run({ job: name, batch: 'midway' })
    expect(await inTable('midway')).toEqual({ revision: 2, versions: [2], rows: 60_000 })
    await promote(1)
  })

  test('run rollback swaps a batch back, says what readers see, and is refused with the reason', async () => {
    for (const rows of [10, 20]) await publish('cli', rows)
    const words = ['run', 'rollback', name, '--batch', 'cli', '--why', 'wrong rows']
    const done = await nightscore(...words)
    expect(done).toMatchObject({
      code: 0,
      document: {
        from: { revision: 2 },
        to: { revision: 1 },
        why: 'wrong rows',
        by: expect.stringContaining('@') as string,
      },
    })
    expect(await inTable('cli')).toMatchObject({ revision: 1, rows: 10 })
    expect(await nightscore(...words)).toMatchObject({
      code: 1,
      document: { error: { code: 'NOTHING_TO_ROLL_BACK' } },
    })
    const [second] = await scenario.rows<{ id: string }>(
      `SELECT run_id::text AS id FROM nightscore.run WHERE batch = 'cli' AND revision = 2`,
    )
    expect(await nightscore('run', 'show', second!.id)).toMatchObject({
      document: { state: 'superseded', rollbacks: [{ fromRevision: 2, toRevision: 1, why: 'wrong rows' }] },
    })
    const forward = await nightscore(...words, '--to', second!.id.slice(0, 8))
    expect(forward).toMatchObject({ code: 0, document: { to: { revision: 2 } } })
  })

  test('model rollback moves the alias back and scores a range again with that version', async () => {
    const nights = ['2013-07-01', '2013-07-02']
    await promote(2)
    for (const night of nights) await publish(night, 100)
    expect(await inTable('2013-07-01')).toMatchObject({ versions: [2] })
    const words = ['model', 'rollback', 'quality-rules', '--why', 'too eager']
    for (const wrong of [
      ['--rescore', '2013-07-01'],
      ['--job', name],
      ['--rescore', 'a..b', '--job', 'nobody'],
    ])
      expect([1, 2]).toContain((await nightscore(...words, ...wrong)).code)
    expect(await nightscore('model', 'list')).toMatchObject({ document: [{ aliases: { champion: 2 } }] })

    const done = await nightscore(...words, '--rescore', nights.join('..'))
    expect(done).toMatchObject({
      code: 0,
      document: { version: 1, formerVersion: 2, rescored: [{ job: name, batches: 2, published: 2 }] },
    })
    for (const night of nights) expect(await inTable(night)).toMatchObject({ revision: 2, versions: [1] })
  })
})
