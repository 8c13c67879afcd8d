import { spawn } from 'node:child_process'
import path from 'node:path'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

const rows = 400_000
const floats = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
  'symmetry',
  'fractal dimension',
]
const columns = floats.flatMap((name) => [`mean ${name}`, `${name} error`, `worst ${name}`])

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('binary-packed-floats'))
  const values = columns.map((name, i) => `(hash(i, ${i}) % 10000 / 100.0)::float AS "${name}"`)
  await duckdb(
    `COPY (SELECT i::bigint AS id, ${values.join(', ')} FROM range(${rows}) t(i)) TO '${scenario.folder}/rows.parquet' (ROW_GROUP_SIZE 20480)`,
  )
  await scenario.apply({
    name: 'j',
    model: 'binary-packed-floats@champion',
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    shards: { rows: 20_480, inFlight: 16 },
  })
  const worker = await scenario.worker()
  await scenario.run({ job: 'j', batch: 'undisturbed' })
  await worker.kill('SIGTERM')
}, 120_000)

/** Rows of the batch, and those whose key or score the undisturbed run has not. */
async function difference(batch: string) {
  const [found] = await scenario.rows<{ count: string; sum: number; wrong: string }>(
    `SELECT count(*), sum(score::float8 ORDER BY id), (SELECT count(*) FROM (
        SELECT id, score FROM predictions.j WHERE batch = $1 EXCEPT ALL SELECT id, score FROM predictions.j WHERE batch = 'undisturbed') x) AS wrong
     FROM predictions.j WHERE batch = $1`,
    [batch],
  )
  return found
}

async function expectWhole(batch: string) {
  const undisturbed = await difference('undisturbed')
  expect(await difference(batch)).toEqual(undisturbed)
  expect(undisturbed).toMatchObject({ count: String(rows), wrong: '0' })
}

const committed = async (batch: string) => {
  const [run] = await scenario.rows<{ shards: number }>(
    `SELECT count(*)::int AS shards FROM predictions.nightscore_commit JOIN nightscore.run USING (run_id) WHERE batch = $1`,
    [batch],
  )
  return run?.shards ?? 0
}

test('a worker killed in mid-shard loses and doubles nothing', async () => {
  const doomed = await scenario.worker()
  const handle = await scenario.start({ job: 'j', batch: 'killed' })
  await eventually(async () => ((await committed('killed')) > 2 ? true : undefined))
  await doomed.kill('SIGKILL')
  const before = await committed('killed')
  expect(before).toBeLessThan(20)
  const heir = await scenario.worker()
  const summary = await resultOf(handle)
  await heir.kill('SIGTERM')
  expect(summary.rows).toEqual({ read: rows, scored: rows, quarantined: 0, filtered: 0 })
  await expectWhole('killed')
})

test('a worker killed between COMMIT and its answer loses and doubles nothing', async () => {
  const handle = await scenario.start({ job: 'j', batch: 'unanswered' })
  const doomed = spawn(
    process.execPath,
    [path.resolve(__dirname, '..', '..', 'dist', 'test', 'faults', 'dying-worker.js')],
    {
      env: {
        ...process.env,
        DATABASE_URL: scenario.databaseUrl,
        NIGHTSCORE_TASK_QUEUE: scenario.taskQueue,
        NIGHTSCORE_STORE: scenario.store,
      },
      stdio: 'ignore',
    },
  )
  const signal = await new Promise((resolve) => doomed.once('exit', (_, killedBy) => resolve(killedBy)))
  expect(signal).toBe('SIGKILL')
  expect(await committed('unanswered')).toBe(1)
  const heir = await scenario.worker()
  await resultOf(handle)
  await heir.kill('SIGTERM')
  await expectWhole('unanswered')
})

test('a worker told to stop hands over without loss, and ends with code 0', async () => {
  const leaving = await scenario.worker({ NIGHTSCORE_SHUTDOWN_GRACE_SECONDS: '0' })
  const handle = await scenario.start({ job: 'j', batch: 'handed-over' })
  await eventually(async () => ((await committed('handed-over')) > 1 ? true : undefined))
  const started = Date.now()
  expect(await leaving.kill('SIGTERM')).toBe(0)
  expect(Date.now() - started).toBeLessThan(15_000)
  expect(leaving.output()).toMatch(/WORKER_STOPPING/) // told to the server, not left to the heartbeat timeout
  const heir = await scenario.worker()
  await resultOf(handle)
  await heir.kill('SIGTERM')
  await expectWhole('handed-over')
})

test('two workers share a run', async () => {
  const workers = await Promise.all([scenario.worker(), scenario.worker()])
  await scenario.run({ job: 'j', batch: 'shared' })
  const shares = await scenario.rows<{ worker: string }>(
    `SELECT DISTINCT worker FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE batch = 'shared'`,
  )
  await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))
  expect(shares).toHaveLength(2)
  await expectWhole('shared')
})
