import fs from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { Connections } from '../../activities/data/postgres/connections'
import type { ParquetOptions } from '../../activities/data/sinks/parquet-sink'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import type { RunSink } from '../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from '../contracts/sink-contract-run'
import { freshDatabase, temporaryFolder } from '../stack'
import { duckdb } from '../stack/scenario'

const [shardRows, shards, revisions, rollbacks] = [2_000, 2, 3, 24]

interface Seen {
  readonly count: number
  readonly ids: number
  readonly runs: number
  readonly revision: number
}
const look = (from: string) =>
  `SELECT count(*)::int AS count, count(DISTINCT id)::int AS ids, count(DISTINCT run_id)::int AS runs, max(revision)::int AS revision FROM ${from}`
const lookInTable = `${look('predictions.p')} WHERE batch = '2013-07-04'`
const whole = (revision: number): Seen => ({
  ...{ count: shardRows * shards, ids: shardRows * shards, runs: 1, revision },
})
const isWhole = (seen: Seen): boolean => JSON.stringify(seen) === JSON.stringify(whole(seen.revision))

let url: string
let connections: Connections
let parquet: ParquetOptions
const clients: Client[] = []

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
  parquet = { path: path.join(temporaryFolder(), 'out'), compression: 'zstd', version: 'v2' }
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await connections.close()
})

async function published(revision: number): Promise<{ readonly runId: string; readonly sink: RunSink }> {
  const run = sinkRun({ revision })
  const postgres = { schema: 'predictions', table: 'p', connection: undefined }
  const sink = createRunSink({ connections, run, postgres, parquet })
  await sink.prepare()
  for (let shardNo = 0; shardNo < shards; shardNo += 1) {
    const rows = sinkRows(shardRows, revision, shardNo * shardRows)
    const { transaction, result } = await attemptShard(sink, run, { postgres: true, parquet }, shardNo, rows)
    await transaction.commit(result)
  }
  await sink.check(shards)
  await sink.publish()
  return { runId: run.runId, sink }
}

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  clients.push(client)
  return client
}

/** What a reader of the files sees, who finds out once where the batch's link leads. */
async function lookInFiles(): Promise<Seen> {
  const folder = fs.realpathSync(path.join(parquet.path, 'batch=2013-07-04'))
  const [row] = await duckdb(look(`read_parquet('${folder}/*.parquet')`))
  const [count, ids, runs, revision] = row as [number, number, number, number]
  return { count, ids, runs, revision }
}

test('while a batch is rolled back and forth, every read of table and files sees one revision whole, and the swap waits for none', async () => {
  const runs = []
  for (let revision = 1; revision <= revisions; revision += 1) runs.push(await published(revision))

  // a transaction that stays, and a snapshot of before
  const held = await connect()
  await held.query('BEGIN')
  const inHeld = async () => (await held.query<Seen>(lookInTable)).rows[0]!
  expect(await inHeld()).toEqual(whole(revisions))
  const snapshot = await connect()
  await snapshot.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
  const inSnapshot = async () => (await snapshot.query<Seen>(lookInTable)).rows[0]!
  expect(await inSnapshot()).toEqual(whole(revisions))

  let swapping = true
  const broken: Seen[] = []
  const seenBy: Record<string, Set<number>> = {}
  const loop = async (name: string, read: () => Promise<Seen>): Promise<number> => {
    const seen = (seenBy[name] = new Set<number>())
    let reads = 0
    for (; swapping; reads += 1) {
      const found = await read()
      if (!isWhole(found)) broken.push(found)
      seen.add(found.revision)
    }
    return reads
  }
  const inTable = async (name?: string) => {
    const client = await connect()
    if (name !== undefined) await client.query('SET plan_cache_mode = force_generic_plan')
    return async () =>
      (await client.query<Seen>({ text: lookInTable, ...(name !== undefined && { name }) })).rows[0]!
  }
  const loops = [
    loop('plain', await inTable()),
    loop('prepared', await inTable('look')),
    loop('files', lookInFiles),
  ]

  const swapMs: number[] = []
  const onlooker = await inTable()
  let at = revisions
  for (let i = 0; i < rollbacks; i += 1) {
    const to = (at % revisions) + 1
    const started = performance.now()
    await runs[to - 1]!.sink.republish(runs[at - 1]!.runId)
    // seen by the first who looks, wherever they look
    expect(await onlooker()).toEqual(whole(to))
    swapMs.push(performance.now() - started)
    expect(await lookInFiles()).toEqual(whole(to))
    expect(await inHeld()).toEqual(whole(to))
    expect(await inSnapshot()).toEqual(whole(revisions))
    at = to
  }
  swapping = false
  const reads = await Promise.all(loops)

  expect(broken).toEqual([])
  for (const seen of Object.values(seenBy)) expect(seen.size).toBeGreaterThan(1)
  expect(Math.min(...reads)).toBeGreaterThan(2)
  const sorted = swapMs.sort((a, b) => a - b)
  process.stdout.write(
    `${reads.join(' + ')} reads by loops, ${rollbacks} rollbacks, visible after ${sorted[rollbacks / 2]?.toFixed(0)} ms (median), ${sorted.at(-1)?.toFixed(0)} ms at most\n`,
  )
}, 120_000)
