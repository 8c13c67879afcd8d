import fs from 'node:fs'
import type { Pool } from 'pg'
import type { Deps } from '../../../activities/deps'
import { openRun } from '../../../activities/runs/open-run'
import { planRun } from '../../../activities/runs/plan-run'
import { startS3Server } from '../../stack'
import { goldenModel, type Scenario, startScenario } from '../../stack/scenario'
import { useS3 } from '../../stack/use-s3'
import { runSteps } from './run-steps'

const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
/** A table of the model's features. */
const create = (table: string): string =>
  `CREATE TABLE ${table} AS SELECT i::bigint AS id, i / 1e5::float8 AS a, i % 10 AS b, 'x' AS c, 1.5::float8 AS d FROM generate_series(1, 25) i`

let scenario: Scenario
beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
})

/** What a worker has, with something done before it tells that it begins to plan. */
function delayed(deps: Deps, before: () => Promise<void>): Deps {
  const binding = <T extends object>(of: T, changed: Partial<T>): T =>
    new Proxy(of, {
      get: (target, name) => {
        const value: unknown = Reflect.get(name in changed ? changed : target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  const { control } = deps.connections
  const query = async (text: string, values?: unknown[]) => {
    if (text.includes(`state = 'planning'`)) await before()
    return control.query(text, values)
  }
  const connections = binding(deps.connections, { control: binding(control, { query } as Partial<Pool>) })
  return { ...deps, connections }
}

test('of two attempts that plan at once and find other rows, the manifest of the first is the run’s, whole', async () => {
  const { deps } = runSteps(scenario)
  await deps.connections.control.query(create('grown'))
  await scenario.apply({
    name: 'grown',
    model: 'quality-rules@champion',
    source: { postgres: { query: 'select * from grown' } },
    key: ['id'],
    sink: { postgres: 'p.grown' },
    shards: { rows: 10 },
  })
  const { runId } = await openRun(deps, {
    input: { job: 'grown', batch: '1' },
    workflowId: 'test/grown',
    firstRunId: 'test/grown',
    due: new Date().toISOString(),
  })
  const late = delayed(deps, async () => {
    expect((await planRun(deps, runId, heartbeat)).shards).toBe(3)
    await deps.connections.control.query(
      `INSERT INTO grown SELECT i, 1, 1, 'x', 1 FROM generate_series(26, 45) i`,
    )
  })
  expect((await planRun(late, runId, heartbeat)).shards).toBe(3)
  const [manifest] = await scenario.rows(
    `SELECT count(*)::int AS shards, sum(row_end - row_start)::int AS rows, count(DISTINCT regexp_replace(file, '/[^/]*$', ''))::int AS attempts,
            (SELECT shards FROM nightscore.run WHERE run_id = $1) AS told
     FROM nightscore.shard WHERE run_id = $1`,
    [runId],
  )
  expect(manifest).toEqual({ shards: 3, rows: 25, attempts: 1, told: 3 })
})

test('what was staged for a store in S3 and then refused does not stay on the worker’s disk', async () => {
  const server = await startS3Server()
  server.bucket('lake')
  const cache = useS3(server)
  const steps = runSteps({ ...scenario, store: 's3://lake/store' })
  await steps.deps.connections.control.query(create('few'))
  await scenario.apply({
    name: 'few',
    model: 'quality-rules@champion',
    source: { postgres: { query: 'select * from few' } },
    key: ['id'],
    sink: { postgres: 'p.few' },
    quality: { minRows: 1_000 },
  })
  await expect(steps.plan('few', '1')).rejects.toMatchObject({ code: 'SOURCE_ROWS_TOO_FEW' })
  const files = fs
    .readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
  expect(files).toEqual([])
})
