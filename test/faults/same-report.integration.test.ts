import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { shardCodec } from '../../activities/evaluation/profiles/shard-codec'
import { isBroken, type Profile } from '../../activities/evaluation/profiles/shard-profile'
import { checkRun } from '../../activities/runs/check-run'
import { evaluateRun } from '../../activities/runs/evaluate-run'
import { openRun } from '../../activities/runs/open-run'
import { planRun } from '../../activities/runs/plan-run'
import { publishRun } from '../../activities/runs/publish-run'
import { reportRun } from '../../activities/runs/report-run'
import { scoreShard } from '../../activities/runs/score-shard'
import { createShardCaches } from '../../activities/runs/shard-caches'
import type { Report } from '../../schemas/report'
import { readConfig } from '../../workers/config'
import { createDeps } from '../../workers/deps'
import { whenFileEnds } from '../stack/clean-up'
import { duckdb, eventually, resultOf, type Scenario, startScenario } from '../stack/scenario'

/**
 * One batch of 60,000 real rows, scored again and again and never published: what is told of it may depend on its rows and its
 * manifest, and on nothing else. More rows than a sample keeps, 16 features of each kind, segments, missing values.
 */
const rows = 60_000
const example = path.resolve(__dirname, '..', '..', 'examples', 'flights')
const batch = 'night'

let scenario: Scenario

async function applyJob(shardRows: number): Promise<void> {
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, object>
  const { features, key, carry } = job
  await scenario.apply({
    name: 'j',
    model: 'flights-late@champion',
    ...{ features, key, carry },
    source: { parquet: 'rows.parquet' },
    sink: { postgres: 'predictions.j' },
    shards: { rows: shardRows, inFlight: 8 },
    monitor: {
      reference: 'model',
      segments: ['origin'],
      gates: [{ metric: 'psi', of: 'features', segments: true, warn: 0.1 }],
    },
  })
}

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(path.join(example, 'models', 'v2'))
  const months = [6, 7, 8].map((m) => `'${example}/data/flights/month=0${m}/flights.parquet'`).join(', ')
  await duckdb(
    `COPY (SELECT * FROM read_parquet([${months}], hive_partitioning = false) ORDER BY flight_id LIMIT ${rows})
     TO '${scenario.folder}/rows.parquet' (FORMAT parquet)`,
  )
}, 120_000)

/** Each takes one shard at a time, so that several share a run. */
const workers = (count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      scenario.worker({ NIGHTSCORE_ACTIVITY_SLOTS: '1', NIGHTSCORE_THREADS: '1' }),
    ),
  )

const input = { job: 'j', batch, publish: false }

async function runWith(count: number): Promise<string> {
  const some = await workers(count)
  const { runId } = await scenario.run(input)
  await Promise.all(some.map((worker) => worker.kill('SIGTERM')))
  return runId
}

/** A worker dies by SIGKILL with some shards committed and others under way; another takes over. */
async function runKilled(): Promise<string> {
  const doomed = await scenario.worker({ NIGHTSCORE_ACTIVITY_SLOTS: '3', NIGHTSCORE_THREADS: '1' })
  const handle = await scenario.start(input)
  const done = () => committed(handle.firstExecutionRunId)
  await eventually(async () => ((await done()) > 2 ? true : undefined))
  await doomed.kill('SIGKILL')
  expect(await done()).toBeLessThan(12)
  const [heir] = await workers(1)
  const { runId } = await resultOf(handle)
  await heir?.kill('SIGTERM')
  return runId
}

const committed = async (firstRunId: string): Promise<number> => {
  const [run] = await scenario.rows<{ shards: number }>(
    `SELECT count(*)::int AS shards FROM predictions.nightscore_commit JOIN nightscore.run USING (run_id) WHERE first_run_id = $1`,
    [firstRunId],
  )
  return run?.shards ?? 0
}

/** The run's steps in this process, its shards in the order that `order` makes of them, three at a time. */
async function runInOrder(order: (shards: number[]) => number[]): Promise<string> {
  const config = readConfig({ DATABASE_URL: scenario.databaseUrl, NIGHTSCORE_STORE: scenario.store })
  const { deps, close } = createDeps(config, scenario.temporal)
  whenFileEnds(close)
  const heartbeat = { detail: () => undefined, signal: new AbortController().signal }
  const owner = { workflowId: `test/${order.name}`, firstRunId: order.name, due: new Date().toISOString() }
  const { runId } = await openRun(deps, { input, ...owner })
  const { shards } = await planRun(deps, runId, heartbeat)
  const caches = createShardCaches(deps)
  const left = order([...Array(shards).keys()])
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      await scoreShard(deps, caches, { runId, shardNo: next }, heartbeat)
  }
  await Promise.all([work(), work(), work()])
  await checkRun(deps, runId)
  await evaluateRun(deps, runId)
  await publishRun(deps, runId)
  await reportRun(deps, runId)
  return runId
}

const backwards = (shards: number[]): number[] => shards.reverse()
const shuffled = (shards: number[]): number[] =>
  shards
    .map((shard) => ({ shard, rank: (shard * 7 + 5) % 12 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ shard }) => shard)

/** All that is told of a run, to the last bit; without times, ids and speed. */
async function told(runId: string) {
  // float8 as text is the shortest that gives the same bits again
  const metrics = await scenario.rows<{ metric: string; value: string | null }>(
    `SELECT scope, column_name, segment, metric, value::text, statistic::text, p_value::text, q_value::text, ci_lo::text, ci_hi::text,
            n_reference, n_current, warn_at::text, fail_at::text, verdict, reason, spec_version
     FROM nightscore.metric_value WHERE run_id = $1 AND scope <> 'speed' AND metric <> 'source_age_hours'
     ORDER BY scope, column_name, segment, metric`,
    [runId],
  )
  const gates = await scenario.rows(
    `SELECT gate_no, position, scope, column_name, segment, metric, value::text, limit_at::text, action, reason
     FROM nightscore.gate_result WHERE run_id = $1 ORDER BY gate_no, position`,
    [runId],
  )
  const columns = await scenario.rows(
    `SELECT scope, column_name, rows, missing, not_a_number, infinite, out_of_range, mean::text, sd::text, min::text, max::text, counts, unseen
     FROM nightscore.column_profile WHERE run_id = $1 ORDER BY scope, column_name`,
    [runId],
  )
  const { profile, segments } = await profileOf(runId)
  return { metrics, gates, columns, digests: [profile, segments].map(sha256), report: await reportOf(runId) }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function profileOf(runId: string): Promise<{ profile: Buffer; segments: Buffer }> {
  const [found] = await scenario.rows<{ profile: Buffer; segments: Buffer }>(
    'SELECT profile, segments FROM nightscore.run_profile WHERE run_id = $1',
    [runId],
  )
  if (found === undefined) throw new Error(`run ${runId} has no profile`)
  return found
}

/** As nightscore.report keeps it, as text: the order of findings and columns is part of it. */
async function reportOf(runId: string): Promise<string> {
  const [found] = await scenario.rows<{ json: Report; headline: string }>(
    'SELECT json, headline FROM nightscore.report WHERE run_id = $1',
    [runId],
  )
  if (found === undefined) throw new Error(`run ${runId} has no report`)
  const { run, speed, quality, trends, ...rest } = found.json
  expect(speed.shards).toBeGreaterThan(0)
  return JSON.stringify({
    ...rest,
    headline: found.headline,
    run: { ...run, runId: null, revision: null, openedAt: null, checkedAt: null, publishedAt: null },
    quality: quality.filter(({ metric }) => metric !== 'source_age_hours'),
    trends: trends.filter(({ scope, metric }) => scope !== 'speed' && metric !== 'source_age_hours'),
  })
}

describe('for one manifest', () => {
  let alone: Awaited<ReturnType<typeof told>>
  beforeAll(async () => {
    await applyJob(5_000)
    alone = await told(await runWith(1))
  }, 120_000)

  test('there is much to tell', () => {
    const { metrics, gates, columns } = alone
    expect(metrics.length).toBeGreaterThan(500)
    expect(gates.length).toBeGreaterThan(16)
    expect(columns).toHaveLength(18)
  })

  test('four workers tell the same', async () => {
    const runId = await runWith(4)
    const [shares] = await scenario.rows<{ workers: number; shards: number }>(
      'SELECT count(DISTINCT worker)::int AS workers, count(*)::int AS shards FROM nightscore.shard WHERE run_id = $1',
      [runId],
    )
    expect(shares?.workers).toBeGreaterThan(1)
    expect(await told(runId)).toEqual(alone)
  })

  test('shards in another order tell the same', async () => {
    expect(await told(await runInOrder(backwards))).toEqual(alone)
    expect(await told(await runInOrder(shuffled))).toEqual(alone)
  })

  test('a worker killed in the middle tells the same', async () => {
    expect(await told(await runKilled())).toEqual(alone)
  })
})

describe('for other manifests of the same rows', () => {
  const manifests = [
    [1, 60_000],
    [7, 9_000],
    [50, 1_200],
  ] as const
  const profiles: Profile[] = []
  const runs: string[] = []
  beforeAll(async () => {
    const [worker] = await workers(1)
    for (const [count, shardRows] of manifests) {
      await applyJob(shardRows)
      const { runId, shards } = await scenario.run(input)
      expect(shards).toBe(count)
      runs.push(runId)
      profiles.push(shardCodec.decode((await profileOf(runId)).profile))
    }
    await worker?.kill('SIGTERM')
  }, 120_000)

  test('edges are the same: one reference', async () => {
    const references = await scenario.rows(
      `SELECT DISTINCT reference_id FROM nightscore.run WHERE run_id = ANY ($1)`,
      [runs],
    )
    expect(references).toHaveLength(1)
  })

  test('samples are the same', () => {
    const bytes = profiles.map(({ sample }) =>
      sha256(shardCodec.encode({ shardNo: 0, rows: 0, columns: new Map(), sample })),
    )
    expect(profiles[0]?.sample.hashes).toHaveLength(50_000)
    expect(new Set(bytes).size).toBe(1)
  })

  test('counts are the same, moments to 1e-12', () => {
    const [first, ...others] = profiles
    for (const other of others) {
      expect([...other.columns.keys()]).toEqual([...first!.columns.keys()])
      for (const [name, column] of first!.columns) {
        const now = other.columns.get(name)!
        if (isBroken(column) || isBroken(now)) throw new Error(`${name} is broken`)
        const { moments, ...counts } = now
        const { moments: before, ...countsBefore } = column
        expect({ name, counts }).toEqual({ name, counts: countsBefore })
        const { n, min, max } = moments
        expect({ name, n, min, max }).toEqual({ name, n: before.n, min: before.min, max: before.max })
        expectNear(moments.mean, before.mean)
        expectNear(moments.m2, before.m2)
      }
    }
  })

  test('what is told of them is the same, numbers from moments to 1e-12', async () => {
    const [one, ...others] = await Promise.all(runs.map(told))
    for (const other of others) {
      expect(headlineOf(other)).toBe(headlineOf(one!))
      other.metrics.forEach(({ value, ...metric }, i) => {
        const { value: before, ...same } = one!.metrics[i]!
        expect(metric).toEqual(same)
        if (['mean', 'sd'].includes(metric.metric)) expectNear(Number(value), Number(before))
        else expect({ ...metric, value }).toEqual({ ...same, value: before })
      })
    }
  })
})

const headlineOf = ({ report }: { report: string }): string => (JSON.parse(report) as Report).headline

function expectNear(found: number, expected: number): void {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected))
}
