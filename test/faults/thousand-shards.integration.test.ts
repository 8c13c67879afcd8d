import path from 'node:path'
import { duckdb, goldenModel, resultOf, startScenario } from '../stack/scenario'

test('1,000 shards of 100 rows: no history passes 1,000 events', async () => {
  const scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 1e5 AS a, i % 10 AS b, 'x' AS c, 1.5 AS d FROM range(100000) t(i)) TO '${path.join(scenario.folder, 'rows.parquet')}' (FORMAT parquet)`,
  )
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    shards: { rows: 100, inFlight: 16 },
  })
  const worker = await scenario.worker()
  const started = Date.now()
  const handle = await scenario.start({ job: 'j', batch: '1' })
  const summary = await resultOf(handle)
  const msPerShard = (Date.now() - started) / 1_000
  await worker.kill('SIGTERM')
  expect(summary).toMatchObject({
    shards: 1_000,
    rows: { read: 100_000, scored: 100_000, quarantined: 0, filtered: 0 },
  })

  const histories: { id: string; events: number }[] = []
  for await (const execution of scenario.temporal.workflow.list({
    query: `TaskQueue = '${scenario.taskQueue}'`,
  }))
    histories.push({ id: execution.workflowId, events: execution.historyLength })
  process.stdout.write(
    `1,000 shards: ${msPerShard.toFixed(1)} ms a shard; events ${JSON.stringify(histories)}\n`,
  )
  expect(histories.length).toBe(8) // the run and ceil(1000 / 150) children
  for (const { events } of histories) expect(events).toBeLessThanOrEqual(1_000)
  expect(
    await scenario.rows('SELECT count(*)::int, count(DISTINCT id)::int AS ids FROM predictions.j'),
  ).toEqual([{ count: 100_000, ids: 100_000 }])
})
