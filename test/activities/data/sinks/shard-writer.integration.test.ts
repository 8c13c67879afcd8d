import { Client } from 'pg'
import { Connections } from '../../../../activities/data/postgres/connections'
import { createRunSink } from '../../../../activities/data/sinks/run-sink'
import type { RunSink, SinkRun } from '../../../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun, type Attempt } from '../../../contracts/sink-contract-run'
import { freshDatabase, queryRows } from '../../../stack'
import { whenFileEnds } from '../../../stack/clean-up'
import { eventually } from '../../../stack/scenario'

let url: string
let connections: Connections

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())

const sinkOf = (run: SinkRun): RunSink =>
  createRunSink({
    connections,
    run,
    postgres: { schema: 's', table: 'p', connection: undefined },
    parquet: null,
  })

/** A shard whose rows are sent, up to but without its commit. */
async function attempt(run: SinkRun): Promise<Attempt> {
  await sinkOf(run).prepare()
  return attemptShard(sinkOf(run), run, { postgres: true, parquet: null }, 0, sinkRows(10))
}

/** Another session, in a transaction that has run `sql`. */
async function inTransaction(sql: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  whenFileEnds(() => client.end())
  await client.query('BEGIN')
  await client.query(sql)
  return client
}

/** Until a session of this database waits for a lock. */
const untilSomebodyWaits = () =>
  eventually(async () => {
    const waiting = await queryRows(
      url,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
    return waiting.length > 0 ? true : undefined
  })

test('a commit waits for a fence that is being closed, and is refused once it is', async () => {
  const run = sinkRun({ batch: 'closing' })
  const { transaction, result } = await attempt(run)
  const closing = await inTransaction(
    `UPDATE s.nightscore_run SET state = 'checking' WHERE run_id = '${run.runId}'`,
  )
  const commit = transaction.commit(result)
  commit.catch(() => undefined)
  await untilSomebodyWaits()
  await closing.query('COMMIT')
  await expect(commit).rejects.toMatchObject({ code: 'RUN_STATE' })
  expect(await sinkOf(run).committedShards()).toEqual([])
})

test('a fence that was to be closed and stays open lets the commit through', async () => {
  const run = sinkRun({ batch: 'open' })
  const { transaction, result } = await attempt(run)
  const closing = await inTransaction(
    `UPDATE s.nightscore_run SET state = 'checking' WHERE run_id = '${run.runId}'`,
  )
  const commit = transaction.commit(result)
  await untilSomebodyWaits()
  await closing.query('ROLLBACK')
  expect(await commit).toEqual(result)
  expect(await sinkOf(run).committedShard(0)).toEqual(result)
})

test('of a run whose fence is gone no shard commits', async () => {
  const run = sinkRun({ batch: 'gone' })
  const { transaction, result } = await attempt(run)
  await queryRows(url, 'DELETE FROM s.nightscore_run WHERE run_id = $1', [run.runId])
  await expect(transaction.commit(result)).rejects.toMatchObject({ code: 'RUN_STATE' })
  expect(await queryRows(url, 'SELECT FROM s.nightscore_commit WHERE run_id = $1', [run.runId])).toEqual([])
})
