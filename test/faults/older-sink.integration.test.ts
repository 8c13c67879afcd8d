import type { QueryResultRow } from 'pg'
import { Connections } from '../../activities/data/postgres/connections'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import type { RunSink, SinkRun } from '../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from '../contracts/sink-contract-run'
import { freshDatabase, queryRows } from '../stack'

/**
 * Sinks that earlier versions made: a primary key on <table>_all, and runs' tables that have all columns from the start. They
 * are written to, read and cleared as if nothing had changed; so is a run that was under way when the new version came.
 */
let url: string
let connections: Connections
let tests = 0
let schema: string

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())

const rows = <Row extends QueryResultRow>(sql: string) => queryRows<Row>(url, sql)
const sinkOf = (run: SinkRun): RunSink =>
  createRunSink({
    connections,
    run,
    postgres: { schema, table: 'p', connection: undefined },
    parquet: null,
  })
const tableOf = (run: SinkRun) => `nightscore_run_${run.runId.replaceAll('-', '')}`

async function score(run: SinkRun, shardNo: number, count = 100, firstId = shardNo * 1_000): Promise<void> {
  const { transaction, result } = await attemptShard(
    sinkOf(run),
    run,
    { postgres: true, parquet: null },
    shardNo,
    sinkRows(count, run.revision, firstId),
  )
  await transaction.commit(result)
}

/** As it was created before. */
async function oldRunTable(run: SinkRun): Promise<void> {
  const table = `${schema}.${tableOf(run)}`
  await rows(`
    CREATE TABLE ${table} (LIKE ${schema}.p_all, CONSTRAINT ${tableOf(run)}_batch CHECK (batch = '${run.batch}' AND revision = ${run.revision}));
    ALTER TABLE ${table} ALTER COLUMN batch SET DEFAULT '${run.batch}', ALTER COLUMN revision SET DEFAULT ${run.revision},
      ALTER COLUMN model_version SET DEFAULT ${run.modelVersion}, ALTER COLUMN run_id SET DEFAULT '${run.runId}'`)
}

/** A sink of before with one run that is scored. */
async function oldSink(): Promise<SinkRun> {
  const run = sinkRun({ batch: 'old' })
  await rows(`
    CREATE SCHEMA ${schema};
    CREATE TABLE ${schema}.p_all (batch text COLLATE "C" NOT NULL, revision integer NOT NULL, id bigint NOT NULL, carrier text, score real,
      label boolean, model_version integer NOT NULL, run_id uuid NOT NULL, PRIMARY KEY (id, batch, revision)) PARTITION BY RANGE (batch, revision)`)
  await oldRunTable(run)
  await sinkOf(run).prepare()
  await score(run, 0)
  return run
}

/** Its key and partition as the former version made them at check and publication. */
async function attachAsBefore(run: SinkRun): Promise<void> {
  await rows(`ALTER TABLE ${schema}.${tableOf(run)} ADD CONSTRAINT ${tableOf(run)}_key PRIMARY KEY (id, batch, revision);
    ALTER TABLE ${schema}.p_all ATTACH PARTITION ${schema}.${tableOf(run)} FOR VALUES FROM ('${run.batch}', ${run.revision}) TO ('${run.batch}', ${run.revision + 1})`)
}

async function finish(run: SinkRun, shards = 1): Promise<void> {
  expect(await sinkOf(run).check(shards)).toEqual({ rows: 100 * shards })
  await sinkOf(run).publish()
}

const seen = () =>
  rows(
    `SELECT batch, revision, count(*)::int, count(DISTINCT run_id)::int AS runs, min(model_version) AS version FROM ${schema}.p GROUP BY 1, 2 ORDER BY 1, 2`,
  )
const whole = (batch: string, revision = 1, count = 100) => ({ batch, revision, count, runs: 1, version: 7 })

beforeEach(() => {
  schema = `s${++tests}`
})

test('a new run becomes a partition beside the old ones, under the one key', async () => {
  const old = await oldSink()
  await attachAsBefore(old)
  await finish(old)
  const run = sinkRun({ batch: 'new' })
  await sinkOf(run).prepare()
  await score(run, 0)
  await finish(run)

  expect(await seen()).toEqual([whole('new'), whole('old')])
  // no index but the key of each partition, a part of the table's
  expect(
    await rows(
      `SELECT indrelid = '${schema}.p_all'::regclass AS parent, count(*)::int, count(inhparent)::int AS attached,
              array_agg(DISTINCT replace(pg_get_indexdef(indexrelid, 1, true) || pg_get_indexdef(indexrelid, 2, true), '"', '')) AS columns
       FROM pg_index JOIN pg_class c ON c.oid = indrelid LEFT JOIN pg_inherits ON inhrelid = indexrelid
       WHERE c.relnamespace = '${schema}'::regnamespace AND (relname = 'p_all' OR relname LIKE 'nightscore\\_run\\__%') GROUP BY 1 ORDER BY 1`,
    ),
  ).toEqual([
    { parent: false, count: 2, attached: 2, columns: ['idbatch'] },
    { parent: true, count: 1, attached: 0, columns: ['idbatch'] },
  ])
})

test('a batch goes from an old revision to a new one and back, and the old one is dropped', async () => {
  const [old, run] = [await oldSink(), sinkRun({ batch: 'old', revision: 2 })]
  await attachAsBefore(old)
  await finish(old)
  await sinkOf(run).prepare()
  await score(run, 0)
  await finish(run)
  expect(await seen()).toEqual([whole('old', 2)])
  await sinkOf(old).republish(run.runId)
  expect(await seen()).toEqual([whole('old', 1)])
  await sinkOf(run).republish(old.runId)
  expect(await sinkOf(old).discard()).toBeGreaterThan(0)
  expect(await seen()).toEqual([whole('old', 2)])
  expect(await rows(`SELECT to_regclass('${schema}.${tableOf(old)}') AS gone`)).toEqual([{ gone: null }])
})

test('a run whose table was made before goes on: scored, checked, resumed, published', async () => {
  const run = await oldSink()
  await sinkOf(run).prepare()
  await score(run, 1)
  expect(await sinkOf(run).check(2)).toEqual({ rows: 200 })
  await sinkOf(run).close({ keep: true })
  await sinkOf(run).reopen()
  await score(run, 2)
  await finish(run, 3)
  expect(await seen()).toEqual([whole('old', 1, 300)])
})

test('a run that was checked before is published', async () => {
  const run = await oldSink()
  await sinkOf(run).check(1)
  expect(
    await rows(`SELECT count(*)::int FROM pg_attribute WHERE attrelid = '${schema}.${tableOf(run)}'::regclass
      AND atthasmissing`),
  ).toEqual([{ count: 0 }])
  await sinkOf(run).publish()
  await sinkOf(run).publish()
  expect(await seen()).toEqual([whole('old')])
})

test('a new run of a sink without a key of its own may have a table of before', async () => {
  await sinkOf(sinkRun({ batch: 'first' })).prepare()
  const run = sinkRun({ batch: 'old' })
  await oldRunTable(run)
  await sinkOf(run).prepare()
  await score(run, 0)
  await finish(run)
  expect(await seen()).toEqual([whole('old')])
})

test('duplicate keys and other keys are refused as they were', async () => {
  await oldSink()
  const run = sinkRun({ batch: 'twice' })
  await sinkOf(run).prepare()
  await score(run, 0)
  await score(run, 1, 10, 90)
  await expect(sinkOf(run).check(2)).rejects.toThrow(/10 keys in 20 rows.*\[DUPLICATE_KEYS\]/)
  await expect(sinkOf(sinkRun({ keys: [{ name: 'other', type: 'bigint' }] })).prepare()).rejects.toThrow(
    /found a table with the key \(id, batch, revision\); expected the job’s key \(other, batch, revision\)/,
  )
})
