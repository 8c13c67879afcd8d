import path from 'node:path'
import { pairFiles } from '../../../activities/runs/pair-files'
import { loadRunContext, withSink } from '../../../activities/runs/run-context'
import { duckdb, goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { runSteps, type RunSteps } from './run-steps'

let scenario: Scenario
let steps: RunSteps

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('regression-double'))
  await scenario.register(goldenModel('regression-int64'))
  await duckdb(
    `COPY (SELECT * FROM '${goldenModel('regression-double')}/rows.parquet' one JOIN '${goldenModel('regression-int64')}/rows.parquet' other USING (id))
     TO '${scenario.folder}/rows.parquet'`,
  )
  await scenario.apply({
    name: 'j',
    model: 'regression-double@1',
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'p.j' },
    monitor: { reference: 'model' },
    shards: { rows: 100 },
  })
  steps = runSteps(scenario)
}, 60_000)

test('the pair files of a run by shard, where they are; none without a shadow', async () => {
  const runId = await steps.check('j', 'with', { shadow: 'regression-int64@1' })
  const files = await pairFiles(steps.deps, runId)
  expect(files.map(({ shardNo, rows }) => [shardNo, rows])).toEqual([
    [0, 100],
    [1, 100],
    [2, 100],
  ])
  expect(path.dirname(files[0]!.path)).toBe(path.join(scenario.store, 'pairs', runId))
  expect(await pairFiles(steps.deps, await steps.check('j', 'without'))).toEqual([])
})

test('a shard of a run with a shadow that has no pairs is told, not passed over', async () => {
  const runId = await steps.check('j', 'partly', { shadow: 'regression-int64@1' })
  await scenario.rows(
    `UPDATE nightscore.shard SET result = result - 'pairs' WHERE run_id = $1 AND shard_no = 1`,
    [runId],
  )
  await expect(pairFiles(steps.deps, runId)).rejects.toMatchObject({
    code: 'STORE_CORRUPT',
    message: expect.stringContaining('1 of 3 shards') as string,
  })
})

test('shards and plans that were stored before there were shadows have none', async () => {
  const runId = await steps.check('j', 'before')
  await scenario.rows(`UPDATE p.nightscore_commit SET result = result - 'pairs' WHERE run_id = $1`, [runId])
  await scenario.rows(`UPDATE nightscore.shard SET result = result - 'pairs' WHERE run_id = $1`, [runId])
  const { sink, scan, shadow } = withSink(steps.deps, await loadRunContext(steps.deps, runId))
  expect([scan.shadow, shadow]).toEqual([undefined, null])
  expect((await sink.committedShards()).map(({ pairs }) => pairs)).toEqual([null, null, null])
  expect((await sink.committedShard(1))?.pairs).toBeNull()
  expect(await pairFiles(steps.deps, runId)).toEqual([])
})
