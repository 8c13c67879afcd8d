import { randomBytes, randomUUID } from 'node:crypto'
import { Connections } from '../../activities/data/postgres/connections'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import type { SinkRun } from '../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from './sink-contract-run'
import { freshDatabase, queryRows, testDatabaseUrl } from '../stack'
import { whenFileEnds } from '../stack/clean-up'

let adminUrl: string
const urls = { worker: '', secondWorker: '', reader: '', stranger: '' }

beforeAll(async () => {
  adminUrl = await freshDatabase()
  for (const [user, group] of Object.entries({
    worker: 'nightscore_worker',
    secondWorker: 'nightscore_worker',
    reader: 'nightscore_reader',
    stranger: null,
  }))
    urls[user as keyof typeof urls] = await logIn(adminUrl, group)
})

/** A new user, member of the group, and its URL. */
async function logIn(databaseUrl: string, group: string | null): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await queryRows(databaseUrl, `CREATE ROLE ${name} LOGIN PASSWORD 'pw' ${group ? `IN ROLE ${group}` : ''}`)
  whenFileEnds(async () => {
    await queryRows(databaseUrl, `DROP OWNED BY ${name} CASCADE`)
    await queryRows(testDatabaseUrl(), `DROP ROLE ${name}`)
  })
  const url = new URL(databaseUrl)
  url.username = name
  url.password = 'pw'
  return url.href
}

async function as<T>(url: string, work: (connections: Connections) => Promise<T>): Promise<T> {
  const connections = new Connections({ controlUrl: url, environment: {} })
  try {
    return await work(connections)
  } finally {
    await connections.close()
  }
}

const sinkOf = (connections: Connections, run: SinkRun, schema = 'predictions') =>
  createRunSink({ connections, run, postgres: { schema, table: 'p', connection: undefined }, parquet: null })

const score = (url: string, run: SinkRun, schema?: string) =>
  as(url, async (connections) => {
    const sink = sinkOf(connections, run, schema)
    await sink.prepare()
    const { transaction, result } = await attemptShard(
      sink,
      run,
      { postgres: true, parquet: null },
      0,
      sinkRows(20, run.revision),
    )
    await transaction.commit(result)
  })
const finish = (url: string, run: SinkRun, schema?: string) =>
  as(url, async (connections) => {
    await sinkOf(connections, run, schema).check(1)
    await sinkOf(connections, run, schema).publish()
  })
const denied = expect.objectContaining({ code: '42501' }) as unknown

test('a member of nightscore_worker is no superuser and scores, checks, publishes, drops; another member goes on with its tables', async () => {
  expect(
    await queryRows(
      urls.worker,
      'SELECT rolsuper, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user',
    ),
  ).toEqual([{ rolsuper: false, rolcreaterole: false, rolbypassrls: false }])
  const run = sinkRun()
  await score(urls.worker, run)
  await finish(urls.secondWorker, run)
  const wider = sinkRun({ revision: 2, carry: [...run.carry, { name: 'origin', type: 'text' }] })
  await as(urls.secondWorker, async (connections) => {
    await sinkOf(connections, wider).prepare()
    await sinkOf(connections, wider).close({ keep: false })
  })
  expect(
    await queryRows(urls.worker, 'SELECT count(*)::int, count(origin)::int AS origin FROM predictions.p'),
  ).toEqual([{ count: 20, origin: 0 }])
})

test('what a superuser prepared, a worker goes on with', async () => {
  const run = sinkRun()
  await score(adminUrl, run, 'by superuser')
  await finish(urls.worker, run, 'by superuser')
  await score(urls.secondWorker, sinkRun({ revision: 2 }), 'by superuser')
})

test('a member of nightscore_worker reads and writes the control tables', async () => {
  const model = `m-${randomUUID()}`
  await queryRows(urls.worker, `INSERT INTO nightscore.model (name, task) VALUES ($1, 'binary')`, [model])
  await queryRows(
    urls.worker,
    `INSERT INTO nightscore.model_artifact (sha256, size_bytes, bytes) VALUES (repeat('a', 64), 1, 'x')`,
  )
  await queryRows(
    urls.worker,
    `INSERT INTO nightscore.model_version (model, version, package_sha256, manifest, signature, files, runtime_version, created_by) VALUES ($1, 1, 'x', '{}', '{}', '{}', '1', 'me')`,
    [model],
  )
  await queryRows(
    urls.worker,
    `INSERT INTO nightscore.model_alias_history (model, alias, version, changed_by) VALUES ($1, 'champion', 1, 'me')`,
    [model],
  )
  await queryRows(urls.worker, `UPDATE nightscore.model SET task = 'raw' WHERE name = $1`, [model])
})

test('a member of nightscore_reader selects predictions and reports', async () => {
  const run = sinkRun()
  await score(urls.worker, run, 'for readers')
  await finish(urls.worker, run, 'for readers')
  for (const relation of [
    'p',
    'p_all',
    'p_live',
    'p_published',
    'nightscore_run',
    'nightscore_commit',
    `nightscore_run_${run.runId.replaceAll('-', '')}`,
  ])
    await queryRows(urls.reader, `SELECT * FROM "for readers".${relation}`)
  for (const table of [
    'run',
    'latest_run',
    'shard',
    'quarantine',
    'job',
    'model',
    'model_version',
    'model_alias',
  ])
    await queryRows(urls.reader, `SELECT * FROM nightscore.${table}`)
  expect(await queryRows(urls.reader, `SELECT count(*)::int FROM "for readers".p`)).toEqual([{ count: 20 }])
})

test('a member of nightscore_reader neither writes anything nor reads models', async () => {
  const run = sinkRun()
  await score(urls.worker, run, 'closed')
  await finish(urls.worker, run, 'closed')
  for (const sql of [
    'SELECT bytes FROM nightscore.model_artifact',
    'DELETE FROM closed.p_all',
    `UPDATE closed.p_published SET revision = 9`,
    `INSERT INTO closed.p_published (batch, revision, run_id) VALUES ('x', 1, gen_random_uuid())`,
    `UPDATE closed.nightscore_run SET state = 'scoring'`,
    'DROP TABLE closed.p_all',
    'DROP VIEW closed.p',
    'CREATE TABLE closed.mine (x int)',
    'CREATE TABLE nightscore.mine (x int)',
    'CREATE SCHEMA mine',
    `UPDATE nightscore.run SET state = 'failed'`,
    `INSERT INTO nightscore.model (name, task) VALUES ('x', 'raw')`,
    'SET ROLE nightscore_worker',
  ])
    await expect(queryRows(urls.reader, sql)).rejects.toEqual(denied)
})

test('a user who was given the view alone reads it', async () => {
  const run = sinkRun()
  await score(urls.worker, run, 'given')
  await finish(urls.secondWorker, run, 'given')
  const user = decodeURIComponent(new URL(urls.stranger).username)
  await queryRows(adminUrl, `GRANT USAGE ON SCHEMA given TO ${user}; GRANT SELECT ON given.p TO ${user}`)
  expect(await queryRows(urls.stranger, 'SELECT count(*)::int FROM given.p')).toEqual([{ count: 20 }])
  await expect(queryRows(urls.stranger, 'SELECT * FROM given.p_all')).rejects.toEqual(denied)
})

test('a user of neither group sees nothing, and is told so', async () => {
  await expect(queryRows(urls.stranger, 'SELECT * FROM nightscore.run')).rejects.toEqual(denied)
  await expect(score(urls.stranger, sinkRun(), 'not mine')).rejects.toEqual(
    expect.objectContaining({ code: 'DATABASE_PERMISSION' }),
  )
})

test('a worker without the right to create schemas works in one that was made for it', async () => {
  await queryRows(
    adminUrl,
    'REVOKE CREATE ON DATABASE "' + new URL(adminUrl).pathname.slice(1) + '" FROM nightscore_worker',
  )
  await expect(score(urls.worker, sinkRun(), 'not there')).rejects.toEqual(
    expect.objectContaining({ code: 'DATABASE_PERMISSION' }),
  )
  await queryRows(adminUrl, 'CREATE SCHEMA made; GRANT USAGE, CREATE ON SCHEMA made TO nightscore_worker')
  const run = sinkRun()
  await score(urls.worker, run, 'made')
  await finish(urls.secondWorker, run, 'made')
})

test('a worker drops a superseded revision of another’s; of sessions that it may not look into it waits for those that are open', async () => {
  const [first, second] = [1, 2].map((revision) => sinkRun({ batch: 'dropped', revision }))
  await score(urls.worker, first!)
  await finish(urls.worker, first!)
  const connections = new Connections({ controlUrl: adminUrl, environment: {} })
  const stranger = await connections.control.connect()
  try {
    await stranger.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await stranger.query('SELECT 1')
    await score(urls.secondWorker, second!)
    await finish(urls.secondWorker, second!)
    let isDropped = false
    const dropped = as(urls.secondWorker, (own) => sinkOf(own, first!).discard()).then((bytes) => {
      isDropped = true
      return bytes
    })
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(isDropped).toBe(false)
    const look = `SELECT count(*)::int AS rows, max(revision) AS revision FROM predictions.p WHERE batch = 'dropped'`
    expect((await stranger.query(look)).rows).toEqual([{ rows: 20, revision: 1 }])
    await stranger.query('COMMIT')
    expect(await dropped).toBeGreaterThan(0)
    expect((await stranger.query(look)).rows).toEqual([{ rows: 20, revision: 2 }])
  } finally {
    stranger.release()
    await connections.close()
  }
})
