import fs from 'node:fs'
import path from 'node:path'
import { Connections } from '../../../../activities/data/postgres/connections'
import { runFolder, type ParquetOptions } from '../../../../activities/data/sinks/parquet-sink'
import { createRunSink } from '../../../../activities/data/sinks/run-sink'
import type { SinkRun } from '../../../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from '../../../contracts/sink-contract-run'
import { freshDatabase, queryRows, temporaryFolder } from '../../../stack'
import { duckdb } from '../../../stack/scenario'

let url: string
let connections: Connections
let parquet: ParquetOptions
let tests = 0

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())
beforeEach(() => {
  tests += 1
  parquet = { path: path.join(temporaryFolder(), 'out'), compression: 'zstd', version: 'v2' }
})

const sinkOf = (run: SinkRun, withPostgres = false) =>
  createRunSink({
    connections,
    run,
    postgres: withPostgres ? { schema: `both${tests}`, table: 'p', connection: undefined } : null,
    parquet,
  })
async function checked(changes: Partial<SinkRun> = {}, withPostgres = false): Promise<SinkRun> {
  const run = sinkRun(changes)
  await sinkOf(run, withPostgres).prepare()
  for (const shardNo of [0, 1]) {
    const rows = sinkRows(10, run.revision, 10 * shardNo)
    const { transaction, result } = await attemptShard(
      sinkOf(run, withPostgres),
      run,
      { postgres: withPostgres, parquet },
      shardNo,
      rows,
    )
    await transaction.commit(result)
  }
  await sinkOf(run, withPostgres).check(2)
  return run
}
const link = (batch = '2013-07-04') => path.join(parquet.path, `batch=${batch}`)
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown

test('the published batch is a relative link to the run’s folder, with its files and a manifest of them', async () => {
  const run = await checked()
  const folder = runFolder(parquet.path, run.runId)
  fs.writeFileSync(path.join(folder, 'shard-000000-ffffffff.parquet'), 'of an attempt that did not commit')
  fs.mkdirSync(path.join(folder, '.shard-000001-ffffffff.parquet.spill'))
  const files = (await sinkOf(run).committedShards()).map((result) => result.file)
  await sinkOf(run).publish()
  expect(fs.readlinkSync(link())).toBe(path.join('..', 'out.runs', run.runId))
  expect(fs.readdirSync(link()).sort()).toEqual(['_manifest.json', ...files.map((file) => file!.name)].sort())
  expect(JSON.parse(fs.readFileSync(path.join(link(), '_manifest.json'), 'utf8'))).toEqual({
    runId: run.runId,
    job: 'contract',
    batch: '2013-07-04',
    revision: 1,
    modelVersion: 7,
    rows: { read: 20, scored: 20, quarantined: 0, filtered: 0 },
    files,
  })
  expect(fs.readdirSync(parquet.path)).toEqual(['batch=2013-07-04'])
})

test('all batches are read as one hive table', async () => {
  for (const batch of ['a', 'b']) await sinkOf(await checked({ batch })).publish()
  const found = await duckdb(
    `SELECT batch, count(*)::int FROM read_parquet('${parquet.path}/*/*.parquet') GROUP BY 1 ORDER BY 1`,
  )
  expect(found).toEqual([
    ['a', 20],
    ['b', 20],
  ])
})

test('a reader that has the former folder open goes on with it', async () => {
  const former = await checked()
  await sinkOf(former).publish()
  const open = fs.realpathSync(link())
  await sinkOf(await checked({ revision: 2 })).publish()
  expect(await duckdb(`SELECT DISTINCT revision FROM read_parquet('${open}/*.parquet')`)).toEqual([[1]])
  expect(await duckdb(`SELECT DISTINCT revision FROM read_parquet('${link()}/*.parquet')`)).toEqual([[2]])
})

test('a folder of somebody else in the batch’s place is left alone', async () => {
  fs.mkdirSync(link(), { recursive: true })
  fs.writeFileSync(path.join(link(), 'mine.parquet'), 'mine')
  await expect(sinkOf(sinkRun()).prepare()).rejects.toEqual(code('SINK_INVALID'))
  expect(fs.readdirSync(link())).toEqual(['mine.parquet'])
})

test.each<[string, (file: string) => void]>([
  ['is gone', (file) => fs.rmSync(file)],
  ['was cut short', (file) => fs.truncateSync(file, 100)],
])('a committed file that %s fails the check', async (_, damage) => {
  const run = await checked()
  const [first] = await sinkOf(run).committedShards()
  damage(path.join(runFolder(parquet.path, run.runId), first!.file!.name))
  await expect(sinkOf(run).check(2)).rejects.toEqual(code('STORE_CORRUPT'))
})

test.each([true, false])(
  'where Postgres cannot follow, the files of the former run come back (former run: %s)',
  async (hasFormer) => {
    const former = hasFormer ? await checked({}, true) : null
    if (former) await sinkOf(former, true).publish()
    const run = await checked({ revision: 2 }, true)
    const table = `both${tests}.p_published`
    await queryRows(
      url,
      `CREATE FUNCTION both${tests}.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''refused''; END';
       CREATE TRIGGER refuse BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION both${tests}.refuse()`,
    )
    await expect(sinkOf(run, true).publish()).rejects.toThrow('refused')
    await queryRows(url, `DROP TRIGGER refuse ON ${table}`)
    expect(fs.readlinkSync(link())).toContain(run.runId)
    await sinkOf(run, true).close({ keep: true })
    if (former) expect(fs.readlinkSync(link())).toContain(former.runId)
    else expect(fs.existsSync(link())).toBe(false)
    // and a resumed run publishes both
    await sinkOf(run, true).reopen()
    await sinkOf(run, true).check(2)
    await sinkOf(run, true).publish()
    expect(fs.readlinkSync(link())).toContain(run.runId)
    expect(await queryRows(url, `SELECT DISTINCT run_id FROM both${tests}.p`)).toEqual([
      { run_id: run.runId },
    ])
  },
  60_000,
)
