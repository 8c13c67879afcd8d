import { execFileSync } from 'node:child_process'
import path from 'node:path'
import type { WorkflowHandle } from '@temporalio/client'
import { type WorkerProcess, startWorker } from '../stack'
import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'
import { otherBuild } from './other-build'

/**
 * A run survives a deploy in its middle: it begins under one build and ends under the next, whose workflow does something more before it
 * plans, for runs that begin there. Unguarded, the same change stops the run, until a build that takes it is deployed.
 */
/** One of them is quarantined. */
const rows = 6_000
const planning = '    const plan = await planRun({ runId })\n'
const imports = "} from '@temporalio/workflow'\n"
let scenario: Scenario
let next: string
let unguarded: string

beforeAll(async () => {
  next = otherBuild('9.9.9', [
    [planning, `    if (patched('asks-twice')) await takeTurn({ runId })\n${planning}`],
    [imports, `  patched,\n${imports}`],
  ])
  unguarded = otherBuild('9.9.8', [[planning, `    await takeTurn({ runId })\n${planning}`]])
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, (hash(i) % 1000) / 100.0 AS a, CASE WHEN i = 7 THEN 11 ELSE i % 10 END AS b, ['x', 'y', 'z'][1 + i % 3] AS c, 1.5 AS d FROM range(${rows}) t(i))
     TO '${path.join(scenario.folder, 'rows.parquet')}' (FORMAT parquet)`,
  )
  await scenario.apply(job)
  const alone = await worker()
  await scenario.run({ job: 'j', batch: 'undisturbed' })
  await alone.kill('SIGTERM')
}, 240_000)

const job = {
  name: 'j',
  model: 'quality-rules@champion',
  source: { parquet: 'rows.parquet' },
  key: ['id'],
  sink: { postgres: 'predictions.j' },
  shards: { rows: 50, inFlight: 2 }, // 120 of them, two at a time: long enough for a deploy
}

/** A worker of this checkout's build, or of another one. */
const worker = (build?: string): Promise<WorkerProcess> =>
  startWorker({ ...scenario, ...(build === undefined ? {} : { build }) })

const shards = async (batch: string) => {
  const found = await scenario.rows<{ worker: string }>(
    `SELECT worker FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE batch = $1 AND committed_at IS NOT NULL`,
    [batch],
  )
  return { count: found.length, workers: new Set(found.map(({ worker: name }) => Number.parseInt(name))) }
}

/** Starts a run and waits until some of its shards are scored. */
async function underWay(batch: string): Promise<Awaited<ReturnType<Scenario['start']>>> {
  const handle = await scenario.start({ job: 'j', batch })
  await eventually(async () => ((await shards(batch)).count > 5 ? true : undefined))
  return handle
}

const predictions = (batch: string) =>
  scenario.rows(
    `SELECT count(*)::int AS rows, count(DISTINCT id)::int AS keys, sum(score::float8 ORDER BY id) AS sum FROM predictions.j WHERE batch = $1`,
    [batch],
  )

async function expectWhole(batch: string): Promise<void> {
  const whole = await predictions('undisturbed')
  expect(whole).toMatchObject([{ rows: rows - 1, keys: rows - 1 }])
  expect(await predictions(batch)).toEqual(whole)
}

/** What the workflow's history says: patches that it went by, and steps that its code did not take. */
async function told(handle: Pick<WorkflowHandle, 'fetchHistory'>) {
  const { events } = await handle.fetchHistory()
  const failures = (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
    failed ? [failed.failure?.message ?? ''] : [],
  )
  const markers = (events ?? []).filter(
    ({ markerRecordedEventAttributes: marker }) => marker?.markerName === 'core_patch',
  )
  return { failures, patches: markers.length }
}

jest.setTimeout(240_000) // each test starts two or three workers, one after the other

test('the other builds are other versions', () => {
  const version = (build: string) =>
    execFileSync(process.execPath, [path.join(build, 'dist/workers/cli/main.js'), '--version'], {
      encoding: 'utf8',
    })
  expect([version(next), version(unguarded)]).toEqual(['9.9.9\n', '9.9.8\n'])
})

test('a run goes on where the next build’s worker takes over; one that begins there goes the new way', async () => {
  const before = await worker()
  const handle = await underWay('n1')
  expect(await before.kill('SIGTERM')).toBe(0)
  expect((await shards('n1')).count).toBeLessThan(120)
  const after = await worker(next)
  const summary = await resultOf(handle)
  expect(summary).toMatchObject({ state: 'published', shards: 120, rows: { read: rows, scored: rows - 1 } })
  expect((await shards('n1')).workers).toEqual(new Set([before.pid, after.pid]))
  expect(await told(handle)).toEqual({ failures: [], patches: 0 })

  const later = await scenario.start({ job: 'j', batch: 'n2' })
  expect(await resultOf(later)).toMatchObject({ state: 'published' })
  expect(await told(later)).toEqual({ failures: [], patches: 1 })
  for (const batch of ['n1', 'n2']) await expectWhole(batch)
  await after.kill('SIGTERM')
})

test('a build whose workflow is changed unguarded stops the run; the right build lets it go on', async () => {
  const before = await worker()
  const handle = await underWay('n3')
  await before.kill('SIGTERM')
  const wrong = await worker(unguarded)
  await eventually(async () => (await told(handle)).failures[0])
  expect((await handle.describe()).status.name).toBe('RUNNING')
  await wrong.kill('SIGTERM')
  const right = await worker(next)
  expect(await resultOf(handle)).toMatchObject({ state: 'published', rows: { read: rows, scored: rows - 1 } })
  expect((await told(handle)).failures.join()).toMatch(/[Nn]ondeterminism/)
  await expectWhole('n3')
  await right.kill('SIGTERM')
})

test('a held run is approved after the deploy', async () => {
  const gate = { metric: 'quarantined_share', of: 'quality', hold: 0 }
  await scenario.apply({ ...job, monitor: { gates: [gate] } })
  const before = await worker()
  const { state, hold } = await scenario.run({ job: 'j', batch: 'n4' })
  expect(state).toBe('held')
  await before.kill('SIGTERM')
  const after = await worker(next)
  const handle = scenario.temporal.workflow.getHandle(hold?.workflowId ?? '')
  const approved = await handle.executeUpdate('approve', { args: [{ by: 'somebody', why: 'looked at it' }] })
  expect(approved).toMatchObject({ state: 'published' })
  await expectWhole('n4')
  await after.kill('SIGTERM')
  await scenario.apply(job)
})

test('while both builds’ workers run, as in a rolling deploy, runs of either kind are published', async () => {
  const [before, after] = await Promise.all([worker(), worker(next)])
  const handles = [await underWay('n5'), await underWay('n6')]
  await before.kill('SIGTERM')
  const summaries = await Promise.all(handles.map(resultOf))
  expect(summaries.map(({ state }) => state)).toEqual(['published', 'published'])
  for (const batch of ['n5', 'n6']) await expectWhole(batch)
  await after.kill('SIGTERM')
})
