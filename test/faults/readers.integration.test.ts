import { Client } from 'pg'
import { Connections } from '../../activities/data/postgres/connections'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import { attemptShard, sinkRows, sinkRun } from '../contracts/sink-contract-run'
import { freshDatabase } from '../stack'

const shardRows = 2_000
const shards = 3
const revisions = 12

interface Seen {
  readonly count: number
  readonly ids: number
  readonly revisions: number
  readonly revision: number
}
const look = `SELECT count(*)::int AS count, count(DISTINCT id)::int AS ids, count(DISTINCT run_id)::int AS revisions, max(revision) AS revision
              FROM predictions.p WHERE batch = '2013-07-04'`

let url: string
let connections: Connections
const clients: Client[] = []

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()))
  await connections.close()
})

/** Scores one revision of the batch; `midway` runs between its first and its second shard. */
async function score(revision: number, midway: () => Promise<void> = () => Promise.resolve()) {
  const run = sinkRun({ revision })
  const sink = createRunSink({
    connections,
    run,
    postgres: { schema: 'predictions', table: 'p', connection: undefined },
    parquet: null,
  })
  await sink.prepare()
  for (let shardNo = 0; shardNo < shards; shardNo += 1) {
    const rows = sinkRows(shardRows, revision, shardNo * shardRows)
    const { transaction, result } = await attemptShard(
      sink,
      run,
      { postgres: true, parquet: null },
      shardNo,
      rows,
    )
    await transaction.commit(result)
    if (shardNo === 0) await midway()
  }
  await sink.check(shards)
  return sink
}

async function reader(
  isolation: 'READ COMMITTED' | 'REPEATABLE READ',
  prepared = false,
): Promise<() => Promise<Seen>> {
  const client = new Client({ connectionString: url })
  await client.connect()
  clients.push(client)
  await client.query('SET plan_cache_mode = force_generic_plan')
  await client.query(`BEGIN ISOLATION LEVEL ${isolation}`)
  return async () => (await client.query<Seen>({ text: look, ...(prepared && { name: 'look' }) })).rows[0]!
}

const wholeRevision = (revision: number): Seen => ({
  count: shardRows * shards,
  ids: shardRows * shards,
  revisions: 1,
  revision,
})

test('while a batch is published again and again, every read sees one revision whole, and publish waits for no reader', async () => {
  await (await score(1)).publish()

  // readers that stay: a transaction that has read already and holds its locks, and snapshots opened here and there
  const held = await reader('READ COMMITTED')
  expect(await held()).toEqual(wholeRevision(1))
  const snapshots: { readonly read: () => Promise<Seen>; readonly revision: number }[] = []
  const openSnapshot = async (revision: number) => {
    const read = await reader('REPEATABLE READ')
    expect(await read()).toEqual(wholeRevision(revision))
    snapshots.push({ read, revision })
  }
  await openSnapshot(1)
  // a plan that is made once and kept: in a transaction that stays, and in one session's many
  const prepared = await reader('READ COMMITTED', true)
  expect(await prepared()).toEqual(wholeRevision(1))

  // readers that loop
  let publishing = true
  const seen = new Set<number>()
  const broken: Seen[] = []
  const loop = async (how: 'plain' | 'transaction' | 'prepared') => {
    const client = new Client({ connectionString: url })
    await client.connect()
    if (how === 'prepared') await client.query('SET plan_cache_mode = force_generic_plan')
    let reads = 0
    while (publishing) {
      if (how === 'transaction') await client.query('BEGIN')
      const [row] = (await client.query<Seen>({ text: look, ...(how === 'prepared' && { name: 'look' }) }))
        .rows
      if (how === 'transaction') await client.query('COMMIT')
      if (JSON.stringify(row) !== JSON.stringify(wholeRevision(row!.revision))) broken.push(row!)
      seen.add(row!.revision)
      reads += 1
    }
    await client.end()
    return reads
  }
  const loops = [loop('plain'), loop('plain'), loop('transaction'), loop('prepared')]

  const publishMs: number[] = []
  for (let revision = 2; revision <= revisions; revision += 1) {
    const sink = await score(revision, async () => openSnapshot(revision - 1))
    const started = performance.now()
    await sink.publish()
    publishMs.push(performance.now() - started)
    expect(await held()).toEqual(wholeRevision(revision))
    const seenByPlan = await prepared()
    expect(seenByPlan).toEqual(wholeRevision(seenByPlan.revision))
    for (const snapshot of snapshots) expect(await snapshot.read()).toEqual(wholeRevision(snapshot.revision))
  }
  publishing = false
  const reads = await Promise.all(loops)

  expect(broken).toEqual([])
  expect(seen.size).toBeGreaterThan(revisions / 2)
  expect(Math.min(...reads)).toBeGreaterThan(revisions)
  // that publish came back at all shows that it waited for none of the readers that stay: it gives up after six lock timeouts
  process.stdout.write(
    `${reads.reduce((a, b) => a + b)} reads by loops, ${revisions} revisions, publish ${Math.max(...publishMs).toFixed(0)} ms at most\n`,
  )
}, 120_000)
