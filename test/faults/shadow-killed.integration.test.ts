import fs from 'node:fs'
import path from 'node:path'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { registerModel } from '../../activities/scoring/registry'
import { pairFiles } from '../../activities/runs/pair-files'
import { temporaryFolder } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'

/** A worker dies in the middle of a run with a shadow: its pairs are there once, by what its shards committed. */
const rows = 200_000
const shards = 20
const floats = ['radius', 'texture', 'perimeter', 'area', 'smoothness', 'compactness', 'concavity']
const more = ['concave points', 'symmetry', 'fractal dimension']
const columns = [...floats, ...more].flatMap((name) => [`mean ${name}`, `${name} error`, `worst ${name}`])
const model = 'binary-packed-floats'

let scenario: Scenario

/** The same package under another description: a version whose answers are the same to the last bit. */
async function registerAgain(): Promise<void> {
  const folder = temporaryFolder()
  fs.cpSync(goldenModel(model), folder, { recursive: true })
  const manifest = path.join(folder, 'model.yaml')
  fs.writeFileSync(
    manifest,
    fs.readFileSync(manifest, 'utf8').replace(/^description: .*$/m, 'description: again'),
  )
  await registerModel(scenario.connections.control, folder, { keys: readModelKeys(process.env), by: 'test' })
}

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel(model))
  await registerAgain()
  const values = columns.map((name, i) => `(hash(i, ${i}) % 10000 / 100.0)::float AS "${name}"`)
  await duckdb(
    `COPY (SELECT i::bigint AS id, ${values.join(', ')} FROM range(${rows}) t(i)) TO '${scenario.folder}/rows.parquet' (ROW_GROUP_SIZE 10240)`,
  )
  await scenario.apply({
    name: 'j',
    model: `${model}@1`,
    shadow: `${model}@2`,
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    shards: { rows: rows / shards, inFlight: 16 },
  })
}, 120_000)

test('after a kill every row has its pair, once; what attempts left over counts for nothing', async () => {
  const doomed = await scenario.worker()
  const handle = await scenario.start({ job: 'j', batch: 'killed' })
  const { runId } = await eventually(async () => {
    const [run] = await scenario.rows<{ runId: string; committed: number }>(
      `SELECT run_id AS "runId", (SELECT count(*)::int FROM nightscore.shard s WHERE s.run_id = r.run_id AND result IS NOT NULL) AS committed
       FROM nightscore.run r WHERE batch = 'killed'`,
    )
    return run && run.committed > 2 ? run : undefined
  })
  await doomed.kill('SIGKILL')
  const folder = path.join(scenario.store, 'pairs', runId)
  fs.copyFileSync(
    path.join(
      folder,
      fs.readdirSync(folder).find((name) => name.startsWith('shard'))!,
    ),
    path.join(folder, 'shard-000000-deadbeef.parquet'),
  )
  const heir = await scenario.worker()
  const summary = await resultOf(handle)
  await heir.kill('SIGTERM')
  expect(summary.rows).toEqual({ read: rows, scored: rows, quarantined: 0, filtered: 0 })

  const files = await pairFiles({ connections: scenario.connections, storeFolder: scenario.store }, runId)
  expect(files.map(({ shardNo }) => shardNo)).toEqual([...Array(shards).keys()])
  const [found] = await duckdb(
    `SELECT count(*), count(DISTINCT k0), count(*) FILTER (a0 IS DISTINCT FROM b0 OR a1 IS DISTINCT FROM b1 OR a0 IS NULL), sum(a0 ORDER BY k0)
     FROM read_parquet([${files.map((file) => `'${file.path}'`).join(', ')}])`,
  )
  expect(found?.slice(0, 3).map(Number)).toEqual([rows, rows, 0])
  const [published] = await scenario.rows<{ sum: number }>(
    `SELECT sum(score::float8 ORDER BY id) AS sum FROM predictions.j WHERE batch = 'killed'`,
  )
  expect(Number(found?.[3])).toBeCloseTo(published!.sum, 6)
  expect(files.reduce((sum, file) => sum + file.rows, 0)).toBe(rows)
})
