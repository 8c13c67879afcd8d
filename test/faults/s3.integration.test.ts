import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { uploadFile } from '../../activities/data/s3/upload-file'
import { maintainJob } from '../../activities/retention/maintain-job'
import type { Deps } from '../../activities/deps'
import { type S3Server, startS3Server, startWorker, temporaryFolder, type WorkerProcess } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'
import { useS3 } from '../stack/use-s3'

const shards = 12
const rows = shards * 2_048
const names = [
  'radius',
  'texture',
  'perimeter',
  'area',
  'smoothness',
  'compactness',
  'concavity',
  'concave points',
]
const features = [...names, 'symmetry', 'fractal dimension'].flatMap((name) => [
  `mean ${name}`,
  `${name} error`,
  `worst ${name}`,
])

let scenario: Scenario
let server: S3Server
let lake: string

/** Writes a day's rows as an object of its own. */
const writeDay = async (batch: string, seed = 0): Promise<void> => {
  const file = path.join(temporaryFolder(), 'rows.parquet')
  const values = features.map((name, i) => `(hash(i, ${i}, ${seed}) % 10000 / 100.0)::float AS "${name}"`)
  await duckdb(
    `COPY (SELECT i::bigint AS id, ${values.join(', ')} FROM range(${rows}) t(i)) TO '${file}' (ROW_GROUP_SIZE 2048)`,
  )
  await uploadFile(file, `s3://lake/in/day=${batch}/rows.parquet`)
}

const job = (name: string, sink: object): Parameters<Scenario['apply']>[0] => ({
  name,
  model: 'binary-packed-floats@champion',
  source: { parquet: 's3://lake/in/day={batch}/*.parquet' },
  key: ['id'],
  carry: ['day'],
  sink,
  shards: { rows: 2_048, inFlight: 8 },
})

/** A worker that shares S3, Postgres and Temporal with others, and nothing else: store in S3, a cache of its own. */
const worker = (env: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> =>
  startWorker({
    databaseUrl: scenario.databaseUrl,
    taskQueue: scenario.taskQueue,
    store: 's3://lake/store',
    env: { ...server.env, NIGHTSCORE_CACHE: temporaryFolder(), ...env },
  })

beforeAll(async () => {
  server = await startS3Server()
  server.bucket('lake')
  lake = path.join(server.folder, 'lake')
  useS3(server)
  scenario = await startScenario()
  await scenario.register(goldenModel('binary-packed-floats'))
  await scenario.apply(job('both', { postgres: 'predictions.both', parquet: 's3://lake/out/both' }))
  await scenario.apply(job('files', { parquet: 's3://lake/out/files' }))
  await scenario.apply({
    ...job('staged', { parquet: 's3://lake/out/staged' }),
    source: { csv: 's3://lake/csv/{batch}.csv' },
    carry: [],
    labels: { parquet: 's3://lake/labels/{batch}.parquet', column: 'late' },
  })
  // what a job's folder is on the machine that applied it is nothing to those that score it
  fs.rmSync(scenario.folder, { recursive: true })
}, 120_000)

interface Manifest {
  readonly runId: string
  readonly revision: number
  readonly files: readonly { readonly url: string; readonly rows: number }[]
}

const current = (name: string, batch: string): Manifest =>
  JSON.parse(fs.readFileSync(path.join(lake, `out/${name}/batch=${batch}/_current.json`), 'utf8')) as Manifest

/** @returns what a read finds, or undefined where its file is not there */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Rows, keys and the sum of the scores in the files that a manifest lists. */
const inFiles = async ({ files }: Manifest) => {
  const list = files.map(({ url }) => `'${url.replace('s3://', `${server.folder}/`)}'`).join(', ')
  const [found] = await duckdb(
    `SELECT count(*)::int, count(DISTINCT id)::int, round(sum(score::double), 6), min(day) FROM read_parquet([${list}], hive_partitioning = false)`,
  )
  return found
}

const committed = async (batch: string): Promise<number> => {
  const [found] = await scenario.rows<{ shards: number }>(
    `SELECT count(*)::int AS shards FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE batch = $1 AND worker IS NOT NULL`,
    [batch],
  )
  return found?.shards ?? 0
}

/** Objects of a run's folder, and what the server keeps of uploads that were not ended. */
const objectsOf = (name: string, runId: string): string[] =>
  fs.readdirSync(path.join(lake, `out/${name}.runs`, runId)).sort()

test('two workers that share S3, Postgres and Temporal alone score from S3 into S3 and Postgres', async () => {
  await writeDay('shared')
  const workers = await Promise.all([worker(), worker()])
  const summary = await scenario.run({ job: 'both', batch: 'shared' })
  await Promise.all(workers.map((one) => one.kill('SIGTERM')))
  expect(summary.rows).toEqual({ read: rows, scored: rows, quarantined: 0, filtered: 0 })
  const [table] = await scenario.rows(
    `SELECT count(*)::int AS count, round(sum(score::float8)::numeric, 6)::float8 AS sum FROM predictions.both WHERE batch = 'shared'`,
  )
  const manifest = current('both', 'shared')
  expect(manifest.runId).toBe(summary.runId)
  expect(manifest.files).toHaveLength(shards)
  const [count, ids, sum, day] = (await inFiles(manifest))!
  expect({ count, ids, sum, day }).toEqual({
    count: rows,
    ids: rows,
    sum: expect.any(Number) as number,
    day: 'shared',
  })
  expect(table).toEqual({ count: rows, sum: expect.closeTo(Number(sum), 3) as number })
  const used = await scenario.rows('SELECT DISTINCT worker FROM nightscore.shard WHERE run_id = $1', [
    summary.runId,
  ])
  expect(used).toHaveLength(2)
})

test('an object that is replaced in mid-run fails the run: SOURCE_CHANGED', async () => {
  await writeDay('replaced')
  const handle = await scenario.start({ job: 'files', batch: 'replaced' })
  const slow = await worker({ NIGHTSCORE_ACTIVITY_SLOTS: '1', NIGHTSCORE_THREADS: '1' })
  await eventually(async () => ((await committed('replaced')) > 0 ? true : undefined))
  await writeDay('replaced', 1)
  await expect(resultOf(handle)).rejects.toMatchObject({ type: 'SOURCE_CHANGED' })
  await slow.kill('SIGTERM')
  expect(fs.existsSync(path.join(lake, 'out/files/batch=replaced'))).toBe(false)
})

test('an S3 server that is restarted in mid-run delays the run, and nothing else', async () => {
  await writeDay('restarted')
  const handle = await scenario.start({ job: 'files', batch: 'restarted' })
  const slow = await worker({ NIGHTSCORE_ACTIVITY_SLOTS: '1', NIGHTSCORE_THREADS: '1' })
  await eventually(async () => ((await committed('restarted')) > 0 ? true : undefined))
  await server.kill()
  await sleep(1_000)
  await server.start()
  const summary = await resultOf(handle)
  await slow.kill('SIGTERM')
  expect(summary.rows.scored).toBe(rows)
  expect((await inFiles(current('files', 'restarted')))!.slice(0, 2)).toEqual([rows, rows])
})

test('a worker killed while it uploads loses and doubles nothing, and leaves no object or part behind', async () => {
  await writeDay('killed')
  const handle = await scenario.start({ job: 'files', batch: 'killed' })
  const doomed = await worker()
  await eventually(async () => ((await committed('killed')) > 1 ? true : undefined))
  await doomed.kill('SIGKILL')
  const heir = await worker()
  const { runId } = await resultOf(handle)
  await heir.kill('SIGTERM')
  const manifest = current('files', 'killed')
  expect((await inFiles(manifest))!.slice(0, 2)).toEqual([rows, rows])
  const named = manifest.files.map(({ url }) => path.basename(url))
  expect(objectsOf('files', runId).filter((name) => !name.startsWith('_'))).toEqual(named.sort())
})

test('readers of _current.json never see a mix of runs while batches are published and rolled back', async () => {
  await writeDay('read')
  const one = await worker()
  const first = await scenario.run({ job: 'files', batch: 'read' })
  const seen = new Set<string>()
  const stop = new AbortController()
  const reader = (async () => {
    while (!stop.signal.aborted) {
      // the test's server takes an object away before it puts the new one in its place; S3 itself replaces it in one step
      const manifest = await eventually(() => Promise.resolve(ifThere(() => current('files', 'read'))))
      const counts = (await inFiles(manifest))!.slice(0, 2)
      if (counts[0] !== rows || counts[1] !== rows) throw new Error(`a mix: ${JSON.stringify(counts)}`)
      const runs = new Set(manifest.files.map(({ url }) => url.split('/').at(-2)))
      if (runs.size !== 1 || !runs.has(manifest.runId)) throw new Error(`of ${[...runs].join(', ')}`)
      seen.add(manifest.runId)
      await sleep(5)
    }
  })()
  const second = await scenario.run({ job: 'files', batch: 'read' })
  await eventually(() => Promise.resolve(seen.has(second.runId) ? true : undefined))
  await scenario.temporal.workflow.execute('rollbackRun', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/back`,
    args: [{ job: 'files', batch: 'read', why: 'a test' }],
  })
  expect(current('files', 'read').runId).toBe(first.runId)
  stop.abort()
  await reader
  await one.kill('SIGTERM')
  expect(seen).toEqual(new Set([first.runId, second.runId]))
})

test('a CSV of S3 is staged in a store in S3, scored, and its accuracy evaluated with labels of S3', async () => {
  const folder = temporaryFolder()
  const values = features.map((name, i) => `(hash(i, ${i}) % 10000 / 100.0) AS "${name}"`)
  await duckdb(
    `COPY (SELECT i AS id, ${values.join(', ')} FROM range(500) t(i)) TO '${folder}/a.csv' (HEADER)`,
  )
  await duckdb(`COPY (SELECT i AS id, i % 3 = 0 AS late FROM range(500) t(i)) TO '${folder}/labels.parquet'`)
  await uploadFile(`${folder}/a.csv`, 's3://lake/csv/a.csv')
  await uploadFile(`${folder}/labels.parquet`, 's3://lake/labels/a.parquet')
  const first = await worker()
  const { runId, rows: counts } = await scenario.run({ job: 'staged', batch: 'a' })
  await first.kill('SIGTERM')
  expect(counts.scored).toBe(500)
  const [shard] = await scenario.rows<{ file: string }>(
    'SELECT file FROM nightscore.shard WHERE run_id = $1',
    [runId],
  )
  expect(shard!.file).toMatch(new RegExp(`^s3://lake/store/staged/${runId}/.*parquet$`))
  const second = await worker() // has none of what the first one wrote
  const evaluated = await scenario.temporal.workflow.execute('evaluateBatch', {
    taskQueue: scenario.taskQueue,
    workflowId: `${scenario.taskQueue}/evaluate`,
    args: [{ job: 'staged', batch: 'a' }],
  })
  await second.kill('SIGTERM')
  expect(evaluated).toMatchObject({ scored: 500, labelled: 500, unknown: 0 })
  expect(fs.readdirSync(path.join(lake, 'store/labels/staged'))).toHaveLength(1)
})

test('retention deletes the objects of revisions that are not kept', async () => {
  const [failed] = await scenario.rows<{ runId: string }>(
    `SELECT run_id AS "runId" FROM nightscore.run WHERE job = 'files' AND batch = 'replaced'`,
  )
  const { runId } = failed!
  expect(objectsOf('files', runId).length).toBeGreaterThan(0)
  await scenario.rows(`UPDATE nightscore.run SET ended_at = now() - interval '8 days' WHERE run_id = $1`, [
    runId,
  ])
  const deps = { connections: scenario.connections, storeFolder: 's3://lake/store', dataRoots: [] }
  const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
  const done = await maintainJob(
    deps as unknown as Deps,
    { job: 'files', retentionDays: null, dryRun: false },
    heartbeat,
  )
  expect(done.errors).toEqual([])
  expect(fs.existsSync(path.join(lake, 'out/files.runs', runId))).toBe(false)
})
