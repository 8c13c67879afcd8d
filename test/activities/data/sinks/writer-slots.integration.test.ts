import { Connections } from '../../../../activities/data/postgres/connections'
import { createRunSink } from '../../../../activities/data/sinks/run-sink'
import type { RunSink } from '../../../../activities/data/sinks/sink'
import type { Waiting } from '../../../../activities/data/sinks/writer-slots'
import { attemptShard, patient, sinkRows, sinkRun } from '../../../contracts/sink-contract-run'
import { freshDatabase, queryRows } from '../../../stack'
import { eventually } from '../../../stack/scenario'

let url: string
let connections: Connections
let elsewhere: Connections
beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
  elsewhere = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => Promise.all([connections.close(), elsewhere.close()]))

let tables = 0
/** Two runs into one table, as two workers have them. */
async function runsInto(concurrency: number | undefined): Promise<readonly [RunSink, RunSink]> {
  const table = `limited_${++tables}`
  const sinks = [connections, elsewhere].map((own, i) =>
    createRunSink({
      connections: own,
      run: sinkRun({ batch: `batch-${i}` }),
      postgres: { schema: 'predictions', table, connection: undefined, concurrency },
      parquet: null,
    }),
  )
  for (const sink of sinks) await sink.prepare()
  return [sinks[0]!, sinks[1]!]
}

/** Resolves when it has waited, and begins when it may. */
function begin(sink: RunSink, shardNo: number, abort = new AbortController()) {
  let onWait: Waiting['onWait'] = () => undefined
  const waited = new Promise<number>((resolve) => (onWait = resolve))
  const begun = sink.beginShard(shardNo, { signal: abort.signal, onWait })
  begun.catch(() => undefined)
  return { waited, begun, abort }
}

const transactions = (): Promise<readonly { state: string }[]> =>
  queryRows(
    url,
    `SELECT state FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
  )

test('a third writer of a sink of two waits, whichever run and process it is of, and without a transaction', async () => {
  const [one, other] = await runsInto(2)
  const first = await one.beginShard(0, patient)
  const second = await other.beginShard(0, patient)
  const third = begin(other, 1)
  expect(await third.waited).toBeGreaterThanOrEqual(0)
  // two writers; an attempt of the third is over in a moment
  await eventually(async () => ((await transactions()).length === 2 ? true : undefined))
  await first.rollback()
  await (await third.begun).rollback()
  await second.rollback()
})

test('a place is free again when its transaction is committed', async () => {
  const [one, other] = await runsInto(1)
  const attempt = await attemptShard(one, sinkRun(), { postgres: true, parquet: null }, 0, sinkRows(3))
  const waiting = begin(other, 0)
  await waiting.waited
  await attempt.transaction.commit(attempt.result)
  await (await waiting.begun).rollback()
})

test('a place is free again when its worker is gone', async () => {
  const [one, other] = await runsInto(1)
  const lost = await one.beginShard(0, patient)
  const waiting = begin(other, 0)
  await waiting.waited
  await queryRows(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'idle in transaction'`,
  )
  await (await waiting.begun).rollback()
  await lost.rollback()
})

test('who waits can be called off', async () => {
  const [one, other] = await runsInto(1)
  const first = await one.beginShard(0, patient)
  const waiting = begin(other, 0)
  await waiting.waited
  waiting.abort.abort(new Error('cancelled'))
  await expect(waiting.begun).rejects.toThrow('cancelled')
  await first.rollback()
})

test('without a limit, and into another sink, nobody waits', async () => {
  const [limited] = await runsInto(1)
  const [free, too] = await runsInto(undefined)
  const begun = [await limited.beginShard(0, patient)]
  for (let shardNo = 0; shardNo < 5; shardNo++)
    for (const sink of [free, too]) begun.push(await sink.beginShard(shardNo, patient))
  for (const transaction of begun) await transaction.rollback()
})
