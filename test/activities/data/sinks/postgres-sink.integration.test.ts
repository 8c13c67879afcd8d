import { Client, type PoolClient, type QueryResultRow } from 'pg'
import { Connections } from '../../../../activities/data/postgres/connections'
import { createRunSink } from '../../../../activities/data/sinks/run-sink'
import type { RunSink, SinkRun } from '../../../../activities/data/sinks/sink'
import { attemptShard, sinkRows, sinkRun } from '../../../contracts/sink-contract-run'
import { freshDatabase, queryRows } from '../../../stack'

let url: string
let connections: Connections
let tests = 0
let schema: string

beforeAll(async () => {
  url = await freshDatabase()
  connections = new Connections({ controlUrl: url, environment: {} })
})
afterAll(() => connections.close())
beforeEach(() => {
  schema = `s${++tests}`
})

const rows = <Row extends QueryResultRow>(sql: string) => queryRows<Row>(url, sql)
const sinkOf = (run: SinkRun, table = 'p'): RunSink =>
  createRunSink({ connections, run, postgres: { schema, table, connection: undefined }, parquet: null })
const attempt = (run: SinkRun, shardNo: number, count: number) =>
  attemptShard(sinkOf(run), run, { postgres: true, parquet: null }, shardNo, sinkRows(count, run.revision))
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as unknown

async function scored(changes: Partial<SinkRun> = {}, count = 100): Promise<SinkRun> {
  const run = sinkRun(changes)
  await sinkOf(run).prepare()
  const { transaction, result } = await attempt(run, 0, count)
  await transaction.commit(result)
  return run
}
async function published(changes: Partial<SinkRun> = {}, count = 100): Promise<SinkRun> {
  const run = await scored(changes, count)
  await sinkOf(run).check(1)
  await sinkOf(run).publish()
  return run
}
/** A connection that holds a transaction open while `work` runs. */
async function during<T>(sql: string, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query(sql)
    return await work()
  } finally {
    await client.end()
  }
}

test('the tables are what people were told: keys, partitions by batch and revision, a pointer, comments', async () => {
  const run = await published()
  const [found] = await rows<{ key: string; partitions: string; bounds: string; live: object }>(
    `SELECT (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = (SELECT inhrelid FROM pg_inherits WHERE inhparent = '${schema}.p_all'::regclass) AND contype = 'p') AS key,
            pg_get_partkeydef('${schema}.p_all'::regclass) AS partitions,
            (SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = '${schema}.p_all'::regclass)) AS bounds,
            (SELECT to_jsonb(l) - 'published_at' FROM ${schema}.p_live l) AS live`,
  )
  expect(found).toEqual({
    key: 'PRIMARY KEY (id)',
    partitions: 'RANGE (batch, revision)',
    bounds: `FOR VALUES FROM ('2013-07-04', 1) TO ('2013-07-04', 2)`,
    live: { batch: '2013-07-04', revision: 1, run_id: run.runId },
  })
  const uncommented = await rows(
    `SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
     WHERE c.relnamespace = '${schema}'::regnamespace AND c.relname IN ('nightscore_run', 'nightscore_commit')
       AND col_description(c.oid, a.attnum) IS NULL`,
  )
  expect(uncommented).toEqual([])
})

test('a run’s table holds what COPY sends; what all its rows have in common is kept once, in the catalogue', async () => {
  const run = await scored()
  const columns = async () =>
    (
      await rows<{ told: string }>(
        `SELECT attname || CASE WHEN atthasmissing THEN ' once' ELSE '' END AS told FROM pg_attribute
         WHERE attrelid = '${schema}.nightscore_run_${run.runId.replaceAll('-', '')}'::regclass AND attnum > 0 ORDER BY attnum`,
      )
    ).map(({ told }) => told)
  const sent = ['id', 'carrier', 'score', 'label']
  expect(await columns()).toEqual(sent)
  await sinkOf(run).check(1)
  expect(await columns()).toEqual([
    ...sent,
    'batch once',
    'revision once',
    'model_version once',
    'run_id once',
  ])
  await sinkOf(run).publish()
  expect(
    await rows(`SELECT DISTINCT batch, revision, model_version, run_id, carrier FROM ${schema}.p`),
  ).toEqual([{ batch: '2013-07-04', revision: 1, model_version: 7, run_id: run.runId, carrier: 'r1' }])
})

test('publishing scans no row: the CHECK of the run’s table tells its bounds', async () => {
  const run = await scored()
  await sinkOf(run).check(1)
  const notices: string[] = []
  const watch = (client: PoolClient) => {
    client.on('notice', (notice) => notices.push(notice.message ?? ''))
    void client.query(`SET client_min_messages = debug1`)
  }
  const own = new Connections({ controlUrl: url, environment: {} })
  own.control.on('connect', watch)
  await createRunSink({
    connections: own,
    run,
    postgres: { schema, table: 'p', connection: undefined },
    parquet: null,
  }).publish()
  await own.close()
  expect(notices).toContainEqual(
    expect.stringMatching(
      /partition constraint for table "nightscore_run_.*" is implied by existing constraints/,
    ),
  )
})

test('a table’s name of 63 bytes and more still has tables, indexes and a view of its own', async () => {
  const table = 'ü'.repeat(40)
  const [one, two] = [`${table}1`, `${table}2`]
  const run = sinkRun()
  await sinkOf(run, one).prepare()
  // the view's name is cut as Postgres cuts it, so both are one name: the second is told so
  await expect(sinkOf(sinkRun(), two).prepare()).rejects.toEqual(code('SINK_INVALID'))
  expect(await rows(`SELECT FROM ${schema}."${one}"`)).toEqual([])
  const sixty = 'x'.repeat(60)
  await sinkOf(sinkRun(), sixty).prepare()
  await sinkOf(sinkRun(), `${sixty}_a`).prepare()
})

test('a carried column that is new is null in earlier batches, one that is gone is null in later ones', async () => {
  await published({ batch: 'a' })
  await rows(`CREATE VIEW ${schema}.mine AS SELECT * FROM ${schema}.p`)
  const wider: SinkRun = sinkRun({ batch: 'b', carry: [{ name: 'origin "x"', type: 'integer' }] })
  await sinkOf(wider).prepare()
  const { transaction, result } = await attemptShard(
    sinkOf(wider),
    wider,
    { postgres: true, parquet: null },
    0,
    [[1n, 42, 0.5, true]],
  )
  await transaction.commit(result)
  await sinkOf(wider).check(1)
  await sinkOf(wider).publish()
  expect(
    await rows(
      `SELECT batch, carrier, "origin ""x""" AS origin, count(*)::int FROM ${schema}.p GROUP BY 1, 2, 3 ORDER BY 1`,
    ),
  ).toEqual([
    { batch: 'a', carrier: 'r1', origin: null, count: 100 },
    { batch: 'b', carrier: null, origin: 42, count: 1 },
  ])
})

test('a run prepared before its sink was widened is published all the same', async () => {
  const early = await scored({ batch: 'a' })
  await sinkOf(early).check(1)
  await sinkOf(sinkRun({ batch: 'b', carry: [{ name: 'extra', type: 'text' }] })).prepare()
  await sinkOf(early).publish()
  expect(await rows(`SELECT count(*)::int, count(extra)::int AS extra FROM ${schema}.p`)).toEqual([
    { count: 100, extra: 0 },
  ])
})

test.each<[string, Partial<SinkRun>, RegExp]>([
  [
    'types',
    { carry: [{ name: 'carrier', type: 'integer' }] },
    /found "carrier" text; expected "carrier" integer\./,
  ],
  [
    'keys',
    { keys: [{ name: 'other', type: 'bigint' }] },
    /found a table with the key \(id\); expected the job’s key \(other\)/,
  ],
])('other %s than the existing table’s are refused by name', async (_, changes, message) => {
  // also before anything was published
  await sinkOf(sinkRun({ batch: 'first' })).prepare()
  await expect(sinkOf(sinkRun({ revision: 2, ...changes })).prepare()).rejects.toThrow(message)
})

test.each([
  ['a table', 'CREATE TABLE p (x int)'],
  ['a view', 'CREATE VIEW p AS SELECT 1 AS x'],
  ['another <table>_all', 'CREATE TABLE p_all (x int)'],
  ['an index as <table>_live', 'CREATE TABLE q (x int); CREATE INDEX p_live ON q (x)'],
  ['another <table>_published', 'CREATE VIEW p_published AS SELECT 1 AS x'],
])('%s of somebody else in the sink’s place is left alone', async (_, sql) => {
  await rows(`CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${sql}`)
  await expect(sinkOf(sinkRun()).prepare()).rejects.toEqual(code('SINK_INVALID'))
  expect(
    await rows(
      `SELECT relname FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relname LIKE 'nightscore%'`,
    ),
  ).toEqual([])
})

test('a null in a key column is refused for good, with the column', async () => {
  const run = sinkRun()
  await sinkOf(run).prepare()
  const { transaction, result } = await attemptShard(sinkOf(run), run, { postgres: true, parquet: null }, 0, [
    [null, 'x', 1, true],
  ])
  await expect(transaction.commit(result)).rejects.toThrow(
    /null value in column "id".*\[VALUE_NOT_STORABLE\]/,
  )
})

test('fewer rows than the shard says it scored are not committed', async () => {
  const run = sinkRun()
  await sinkOf(run).prepare()
  const { transaction, result } = await attempt(run, 0, 10)
  await expect(transaction.commit({ ...result, scored: 11 })).rejects.toEqual(code('RUN_ACCOUNTING'))
  expect(await sinkOf(run).committedShard(0)).toBeNull()
})

test('an attempt that hangs in its COPY holds up neither check nor close', async () => {
  for (const finish of [(sink: RunSink) => sink.check(1), (sink: RunSink) => sink.close({ keep: false })]) {
    const run = await scored({ revision: ++tests })
    const hanging = await attempt(run, 1, 10)
    // else: SINK_BUSY
    await finish(sinkOf(run))
    await expect(hanging.transaction.commit(hanging.result)).rejects.toThrow()
  }
})

test('a sink that others keep locked is reported as busy, the former predictions stay', async () => {
  const former = await published()
  const run = await scored({ revision: 2 })
  await sinkOf(run).check(1)
  await during(`LOCK TABLE ${schema}.p_all IN SHARE UPDATE EXCLUSIVE MODE`, () =>
    expect(sinkOf(run).publish()).rejects.toEqual(code('SINK_BUSY')),
  )
  expect(await rows(`SELECT DISTINCT run_id FROM ${schema}.p`)).toEqual([{ run_id: former.runId }])
  await sinkOf(run).publish()
  expect(await rows(`SELECT DISTINCT run_id FROM ${schema}.p`)).toEqual([{ run_id: run.runId }])
}, 60_000)

test('a run that is attached but was never made visible is resumed, or left to lie where readers do not see it', async () => {
  const former = await published()
  const visible = () => rows(`SELECT DISTINCT run_id FROM ${schema}.p`)
  for (const [revision, keep] of [
    [2, true],
    [3, false],
  ] as const) {
    const run = await scored({ revision })
    await sinkOf(run).check(1)
    await during(`LOCK TABLE ${schema}.p_published IN SHARE UPDATE EXCLUSIVE MODE`, () =>
      expect(sinkOf(run).publish()).rejects.toEqual(code('SINK_BUSY')),
    )
    await sinkOf(run).close({ keep })
    if (!keep) continue
    expect(await visible()).toEqual([{ run_id: former.runId }])
    await sinkOf(run).reopen()
    expect(await sinkOf(run).check(1)).toEqual({ rows: 100 })
    await sinkOf(run).publish()
  }
  expect(await rows(`SELECT revision, count(*)::int FROM ${schema}.p GROUP BY 1`)).toEqual([
    { revision: 2, count: 100 },
  ])
  await published({ revision: 4 })
  expect(await rows(`SELECT DISTINCT revision FROM ${schema}.p`)).toEqual([{ revision: 4 }])
}, 60_000)

test('the publications tell what was visible when', async () => {
  await published({ batch: 'a' })
  await published({ batch: 'b' })
  await published({ batch: 'a', revision: 2 })
  expect(
    await rows(
      `SELECT publication::int, batch, revision, replaced_by::int FROM ${schema}.p_published ORDER BY 1`,
    ),
  ).toEqual([
    { publication: 1, batch: 'a', revision: 1, replaced_by: 3 },
    { publication: 2, batch: 'b', revision: 1, replaced_by: null },
    { publication: 3, batch: 'a', revision: 2, replaced_by: null },
  ])
})

test('a lookup by batch reads that batch’s partitions alone', async () => {
  for (const batch of ['a', 'b', 'c']) await published({ batch })
  const plan = await rows<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT * FROM ${schema}.p WHERE batch = 'b'`)
  const scanned = plan.filter((line) => line['QUERY PLAN'].includes('nightscore_run_'))
  expect(scanned).toHaveLength(1)
})

/**
 * Cuts the connection at the n-th statement of a call, n = 1, 2, …, until the call succeeds: before the server gets the
 * statement, or after it carried it out but before it could say so (a COMMIT is then done, and nobody knows).
 */
async function cutEverywhere(
  when: 'before' | 'after',
  call: (sink: RunSink) => Promise<unknown>,
  run: SinkRun,
): Promise<number> {
  for (let n = 1; ; n += 1) {
    const own = new Connections({ controlUrl: url, environment: {} })
    let statements = 0
    own.control.on('connect', (client) => {
      const query = client.query.bind(client) as (...all: unknown[]) => unknown
      const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection
      client.query = ((...all: unknown[]) => {
        const isPromised = typeof all[0] === 'string' && typeof all.at(-1) !== 'function'
        if (when === 'before' || isPromised) statements += 1
        if (statements !== n || (when === 'after' && !isPromised)) return query(...all)
        if (when === 'after')
          return (query(...all) as Promise<unknown>).then(() => {
            stream.destroy()
            throw new Error('Connection terminated unexpectedly')
          })
        stream.destroy()
        return query(...all)
      }) as never
    })
    try {
      await call(
        createRunSink({
          connections: own,
          run,
          postgres: { schema, table: 'p', connection: undefined },
          parquet: null,
        }),
      )
      if (statements < n) return n - 1
    } catch (error) {
      expect(error).toEqual(expect.objectContaining({ retryable: true }))
    } finally {
      await own.close()
    }
  }
}

test.each(['before', 'after'] as const)(
  'a connection lost %s any statement of any call leaves what the repeated call completes',
  async (when) => {
    const former = await published()
    const run = sinkRun({ revision: 2 })
    const score = async (sink: RunSink) => {
      if (await sink.committedShard(0)) return
      const { transaction, result } = await attemptShard(
        sink,
        run,
        { postgres: true, parquet: null },
        0,
        sinkRows(50, 2),
      )
      await transaction.commit(result)
    }
    const cuts = [
      await cutEverywhere(when, (sink) => sink.prepare(), run),
      await cutEverywhere(when, score, run),
      await cutEverywhere(when, (sink) => sink.check(1), run),
      await cutEverywhere(when, (sink) => sink.close({ keep: true }), run),
      await cutEverywhere(when, (sink) => sink.reopen(), run),
      await cutEverywhere(when, (sink) => sink.check(1), run),
    ]
    expect(await rows(`SELECT DISTINCT run_id FROM ${schema}.p`)).toEqual([{ run_id: former.runId }])
    cuts.push(await cutEverywhere(when, (sink) => sink.publish(), run))
    expect(Math.min(...cuts)).toBeGreaterThan(3)
    expect(await rows(`SELECT run_id, count(*)::int FROM ${schema}.p GROUP BY 1`)).toEqual([
      { run_id: run.runId, count: 50 },
    ])
  },
)

test.each(['before', 'after'] as const)(
  'a run is dropped whole, whatever statement the connection is lost %s',
  async (when) => {
    const former = await published()
    const run = await scored({ revision: 2 })
    await cutEverywhere(when, (sink) => sink.close({ keep: false }), run)
    expect(
      await rows(
        `SELECT to_regclass('${schema}.nightscore_run_${run.runId.replaceAll('-', '')}') AS run_table`,
      ),
    ).toEqual([{ run_table: null }])
    expect(await rows(`SELECT DISTINCT run_id FROM ${schema}.nightscore_commit`)).toEqual([
      { run_id: former.runId },
    ])
  },
)
