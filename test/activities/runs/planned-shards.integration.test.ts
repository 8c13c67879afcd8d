import type { Pool } from 'pg'
import { plannedShards } from '../../../activities/runs/planned-shards'
import { duckdb, goldenModel, startScenario } from '../../stack/scenario'
import { runSteps } from './run-steps'

/** The pool, and how often it was asked. */
function counting(pool: Pool): { readonly pool: Pool; readonly asked: () => number } {
  const query = jest.fn(pool.query.bind(pool) as never)
  return { pool: { query } as never, asked: () => query.mock.calls.length }
}

test('shards of a manifest are read a page at a time, each with its own rows', async () => {
  const scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 1e5 AS a, i % 10 AS b, 'x' AS c, 1.5 AS d FROM range(3000) t(i)) TO '${scenario.folder}/rows.parquet' (FORMAT parquet)`,
  )
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'p.j' },
    shards: { rows: 10 },
  })
  const runId = await runSteps(scenario).plan('j', '1')
  const { pool, asked } = counting(scenario.connections.control)
  const shardOf = plannedShards(pool)

  const shards = await Promise.all([0, 7, 255].map((shardNo) => shardOf(runId, shardNo)))
  expect(asked()).toBe(1)
  expect(shards.map(({ rowStart, rowEnd }) => [rowStart, rowEnd])).toEqual([
    [0, 10],
    [70, 80],
    [2_550, 2_560],
  ])
  expect(shards[0]!.file).toMatchObject({ path: `${scenario.folder}/rows.parquet`, sha256: null })
  expect(shards[0]!.file.sizeBytes).toBeGreaterThan(0)
  expect(await shardOf(runId, 256)).toMatchObject({ rowStart: 2_560, rowEnd: 2_570 })
  expect(asked()).toBe(2)

  await expect(shardOf(runId, 300)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining(`shard 300 of run ${runId}`) as string,
  })
})
