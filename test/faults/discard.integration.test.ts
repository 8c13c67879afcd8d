import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { Connections } from '../../activities/data/postgres/connections'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import type { RunSink, SinkRun } from '../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from '../contracts/sink-contract-run'
import { freshDatabase, queryRows, temporaryFolder } from '../stack'
import { eventually } from '../stack/scenario'

/** Revisions that are no longer kept are dropped under readers: each sees a whole revision, or what it saw before. */
let url: string
let connections: Connections
let folder: string
const clients: Client[] = []
const rows = 3_000

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
  folder = temporaryFolder()
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await connections.close()
})

interface Revision {
  readonly run: SinkRun
  readonly sink: RunSink
}

/** Publishes the next revision of a batch, to Postgres and Parquet. */
async function publish(batch: string, revision: number): Promise<Revision> {
  const run = sinkRun({ batch, revision })
  const parquet = { path: path.join(folder, 'out'), compression: 'zstd', version: 'v2' } as const
  mkdirSync(folder, { recursive: true })
  const postgres = { schema: 'predictions', table: 'p', connection: undefined }
  const sink = createRunSink({ connections, run, postgres, parquet })
  await sink.prepare()
  const { transaction, result } = await attemptShard(
    sink,
    run,
    { postgres: true, parquet },
    0,
    sinkRows(rows, revision),
  )
  await transaction.commit(result, new Uint8Array(1_000))
  await sink.check(1)
  await sink.publish()
  return { run, sink }
}

const publishAll = async (batch: string, count: number): Promise<Revision[]> => {
  const all: Revision[] = []
  for (let revision = 1; revision <= count; revision += 1) all.push(await publish(batch, revision))
  return all
}

async function session(): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  clients.push(client)
  return client
}
const look = `SELECT count(*)::int AS count, count(DISTINCT run_id)::int AS runs, max(revision) AS revision FROM predictions.p WHERE batch = $1`
const read = async (client: Client, batch: string) =>
  (await client.query<{ count: number; runs: number; revision: number }>(look, [batch])).rows[0]
const whole = (revision: number) => ({ count: rows, runs: 1, revision })

const partitions = async (batch: string) =>
  (
    await queryRows<{ id: string }>(
      url,
      `SELECT run_id::text AS id FROM predictions.nightscore_run WHERE batch = $1
         AND to_regclass('predictions.nightscore_run_' || replace(run_id::text, '-', '')) IS NOT NULL ORDER BY revision`,
      [batch],
    )
  ).map(({ id }) => id)

test('while superseded revisions are dropped, every read sees the visible one whole', async () => {
  const revisions = await publishAll('loop', 6)
  let dropping = true
  const broken: unknown[] = []
  const loop = async (isolation: string) => {
    const client = await session()
    let reads = 0
    for (; dropping; reads += 1) {
      await client.query(`BEGIN ISOLATION LEVEL ${isolation}`)
      const seen = [await read(client, 'loop'), await read(client, 'loop')]
      await client.query('COMMIT')
      for (const one of seen) if (JSON.stringify(one) !== JSON.stringify(whole(6))) broken.push(one)
    }
    return reads
  }
  const loops = [loop('READ COMMITTED'), loop('REPEATABLE READ'), loop('READ COMMITTED')]
  const started = performance.now()
  for (const { sink } of revisions.slice(0, 5)) expect(await sink.discard()).toBeGreaterThan(0)
  const ms = (performance.now() - started) / 5
  expect(await revisions[5]!.sink.discard()).toBeNull()
  dropping = false
  const reads = await Promise.all(loops)
  expect(broken).toEqual([])
  expect(Math.min(...reads)).toBeGreaterThan(5)
  process.stdout.write(
    `${reads.reduce((x, y) => x + y)} reads of two, ${ms.toFixed(0)} ms to drop a revision\n`,
  )
  expect(await partitions('loop')).toEqual([revisions[5]!.run.runId])
  expect(readdirSync(path.join(folder, 'out.runs'))).toContain(revisions[5]!.run.runId)
  expect(readdirSync(path.join(folder, 'out.runs'))).not.toContain(revisions[0]!.run.runId)
})

test('a reader that still sees a superseded revision keeps it until it ends, and reads on unhindered', async () => {
  const first = await publish('snapshot', 1)
  const reader = await session()
  await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  await reader.query('SELECT 1') // the snapshot; the predictions are read later
  await publish('snapshot', 2)
  let isDropped = false
  const discarded = first.sink.discard().then((bytes) => {
    isDropped = true
    return bytes
  })
  const other = await session()
  for (let i = 0; i < 8; i += 1) {
    expect(await read(other, 'snapshot')).toEqual(whole(2))
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(await read(reader, 'snapshot')).toEqual(whole(1))
  expect(isDropped).toBe(false)
  await reader.query('COMMIT')
  expect(await discarded).toBeGreaterThan(0)
  expect(await read(reader, 'snapshot')).toEqual(whole(2))
})

test('two at once, and again after it is done, drop it once', async () => {
  const [first] = await publishAll('twice', 2)
  const { sink } = first!
  const both = await Promise.all([sink.discard(), sink.discard()])
  expect(both.every((bytes) => bytes !== null)).toBe(true)
  expect(await sink.discard()).toBe(0)
  expect(await partitions('twice')).toHaveLength(1)
  expect(await read(await session(), 'twice')).toEqual(whole(2))
})

test('a DETACH that was interrupted half-way is finished', async () => {
  const [first, second] = await publishAll('interrupted', 3)
  const reader = await session()
  await reader.query('BEGIN')
  await read(reader, 'interrupted')
  const table = `predictions.nightscore_run_${first!.run.runId.replaceAll('-', '')}`
  const impatient = await session()
  await impatient.query(`SET statement_timeout = '500ms'`)
  await expect(
    impatient.query(`ALTER TABLE predictions.p_all DETACH PARTITION ${table} CONCURRENTLY`),
  ).rejects.toThrow(/timeout/)
  expect(await queryRows(url, 'SELECT FROM pg_inherits WHERE inhdetachpending')).toHaveLength(1)
  await reader.query('COMMIT')
  // another's comes first: Postgres allows one half-detached partition a table
  expect(await second!.sink.discard()).toBeGreaterThan(0)
  expect(await first!.sink.discard()).toBeGreaterThan(0)
  expect(await queryRows(url, 'SELECT FROM pg_inherits WHERE inhdetachpending')).toEqual([])
  expect(await partitions('interrupted')).toHaveLength(1)
})

test('a revision that a rollback made visible again stays; one that is dropped cannot be rolled back to', async () => {
  const [first, second] = await publishAll('rollback', 2)
  await first!.sink.republish(second!.run.runId)
  expect(await first!.sink.discard()).toBeNull()
  expect(await read(await session(), 'rollback')).toEqual(whole(1))
  expect(await second!.sink.discard()).toBeGreaterThan(0)
  await expect(second!.sink.republish(first!.run.runId)).rejects.toMatchObject({ code: 'REVISION_GONE' })
  expect(await read(await session(), 'rollback')).toEqual(whole(1))
})

test('of a rollback and a drop at once one wins, and the batch has a whole visible revision', async () => {
  for (let round = 0; round < 5; round += 1) {
    const batch = `race-${round}`
    const [first, second] = await publishAll(batch, 2)
    const [rolledBack, bytes] = await Promise.allSettled([
      first!.sink.republish(second!.run.runId),
      first!.sink.discard(),
    ])
    const revision = rolledBack.status === 'fulfilled' ? 1 : 2
    expect(bytes.status).toBe('fulfilled')
    expect(bytes).toHaveProperty('value', revision === 1 ? null : expect.any(Number))
    expect(await read(await session(), batch)).toEqual(whole(revision))
  }
})

test('what was attached and never published is detached; a run that scores is left alone', async () => {
  const run = sinkRun({ batch: 'attached' })
  const sink = createRunSink({
    connections,
    run,
    postgres: { schema: 'predictions', table: 'p', connection: undefined },
    parquet: null,
  })
  await sink.prepare()
  expect(await sink.discard()).toBeNull()
  const { transaction, result } = await attemptShard(
    sink,
    run,
    { postgres: true, parquet: null },
    0,
    sinkRows(rows),
  )
  await transaction.commit(result)
  await sink.check(1)
  const table = `predictions.nightscore_run_${run.runId.replaceAll('-', '')}`
  await queryRows(
    url,
    `ALTER TABLE predictions.p_all ATTACH PARTITION ${table} FOR VALUES FROM ('attached', 1) TO ('attached', 2)`,
  )
  await sink.close({ keep: true })
  expect(await sink.discard()).toBeGreaterThan(0)
  await eventually(async () => ((await partitions('attached')).length === 0 ? true : undefined))
})

test('without Postgres the link is what is visible: its run stays, others go', async () => {
  const parquet = { path: path.join(folder, 'files'), compression: 'zstd', version: 'v2' } as const
  const sinks: RunSink[] = []
  for (const revision of [1, 2, 3]) {
    const run = sinkRun({ batch: 'files', revision })
    const sink = createRunSink({ connections, run, postgres: null, parquet })
    await sink.prepare()
    const { transaction, result } = await attemptShard(
      sink,
      run,
      { postgres: false, parquet },
      0,
      sinkRows(rows, revision),
    )
    await transaction.commit(result)
    await sink.check(1)
    await sink.publish()
    sinks.push(sink)
  }
  expect(await sinks[2]!.discard()).toBeNull()
  expect(await sinks[0]!.discard()).toBeGreaterThan(0)
  expect(readdirSync(path.join(folder, 'files.runs'))).toHaveLength(2)
  expect(readdirSync(path.join(folder, 'files', 'batch=files'))).toContain('_manifest.json')
})

test('profiles of shards are forgotten, their results stay', async () => {
  const [{ sink, run }] = (await publishAll('profiles', 1)) as [Revision]
  expect(await sink.forgetProfiles([run.runId], true)).toEqual({ count: 1, bytes: 1_000 })
  expect(await sink.forgetProfiles([run.runId], false)).toEqual({ count: 1, bytes: 1_000 })
  expect(await sink.forgetProfiles([run.runId], false)).toEqual({ count: 0, bytes: 0 })
  expect(await sink.committedShards()).toHaveLength(1)
})
