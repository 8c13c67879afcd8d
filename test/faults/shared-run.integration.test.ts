import { duckdb, eventually, goldenModel, resultOf, type Scenario, startScenario } from '../stack/scenario'
import type { WorkerProcess } from '../stack'

const shards = 40
const rowsPerShard = 10_240 // DuckDB makes row groups of whole vectors
const rows = shards * rowsPerShard
const oneThread = { NIGHTSCORE_THREADS: '1' }

let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(goldenModel('quality-rules'))
  await duckdb(
    `COPY (SELECT i::bigint AS id, i / 1e5 AS a, i % 10 AS b, 'x' AS c, 1.5 AS d FROM range(${rows}) t(i)) TO '${scenario.folder}/rows.parquet' (ROW_GROUP_SIZE ${rowsPerShard})`,
  )
  await scenario.apply({
    name: 'j',
    model: 'quality-rules@champion',
    source: { parquet: 'rows.parquet' },
    key: ['id'],
    sink: { postgres: 'predictions.j' },
    shards: { rows: rowsPerShard, inFlight: 16 },
  })
})

/** Shards committed so far; 0 while there is no table of commits yet. */
async function committed(batch: string): Promise<number> {
  const [ledger] = await scenario.rows<{ name: string | null }>(
    `SELECT to_regclass('predictions.nightscore_commit') AS name`,
  )
  if (ledger!.name === null) return 0
  const [found] = await scenario.rows<{ shards: number }>(
    `SELECT count(*)::int AS shards FROM predictions.nightscore_commit JOIN nightscore.run USING (run_id) WHERE batch = $1`,
    [batch],
  )
  return found!.shards
}

const atLeast = (batch: string, wanted: number, withinMs?: number): Promise<true> =>
  eventually(async () => ((await committed(batch)) >= wanted ? true : undefined), withinMs)

/** Shards of each worker, in the workers' order. */
async function shares(batch: string, workers: readonly WorkerProcess[]): Promise<number[]> {
  const found = await scenario.rows<{ pid: number; shards: number }>(
    `SELECT split_part(worker, '@', 1)::int AS pid, count(*)::int AS shards FROM nightscore.shard JOIN nightscore.run USING (run_id)
     WHERE batch = $1 GROUP BY 1`,
    [batch],
  )
  return workers.map(({ pid }) => found.find((one) => one.pid === pid)?.shards ?? 0)
}

async function expectOnce(batch: string): Promise<void> {
  const [found] = await scenario.rows<{ count: number; keys: number; shards: number }>(
    `SELECT count(*)::int, count(DISTINCT id)::int AS keys, (SELECT count(*)::int FROM predictions.nightscore_commit JOIN nightscore.run USING (run_id) WHERE batch = $1) AS shards
     FROM predictions.j WHERE batch = $1`,
    [batch],
  )
  expect(found).toEqual({ count: rows, keys: rows, shards })
}

const signal = ({ pid }: WorkerProcess, name: NodeJS.Signals): void => void process.kill(pid, name)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

test('a worker that joins in mid-run gets work, also while the one before it holds on to its own', async () => {
  const first = await scenario.worker(oneThread)
  const handle = await scenario.start({ job: 'j', batch: 'joined' })
  await atLeast('joined', 2)
  signal(first, 'SIGSTOP')
  const before = await committed('joined')
  expect(before).toBeLessThan(shards / 2)
  const second = await scenario.worker(oneThread)
  // of 16 in flight; after 30 s without a heartbeat it would get those of the first
  await atLeast('joined', before + 8, 25_000)
  signal(first, 'SIGCONT')
  await resultOf(handle)
  const [ofFirst, ofSecond] = await shares('joined', [first, second])
  await Promise.all([first.kill('SIGTERM'), second.kill('SIGTERM')])
  expect(ofFirst! + ofSecond!).toBe(shards)
  expect(ofSecond).toBeGreaterThanOrEqual(8)
  await expectOnce('joined')
})

test('a slow worker and fast ones share a run: none starves, each row once', async () => {
  const workers = await Promise.all(Array.from({ length: 3 }, () => scenario.worker(oneThread)))
  const slow = workers[2]!
  const over = new AbortController()
  const slowing = (async () => {
    while (!over.signal.aborted) {
      signal(slow, 'SIGSTOP')
      await pause(90)
      signal(slow, 'SIGCONT')
      await pause(10)
    }
  })()
  try {
    await scenario.run({ job: 'j', batch: 'shared' })
  } finally {
    over.abort()
    await slowing
  }
  const found = await shares('shared', workers)
  await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))
  expect(found.reduce((sum, more) => sum + more, 0)).toBe(shards)
  for (const share of found) expect(share).toBeGreaterThan(0)
  expect(found[2]).toBeLessThan(found[0]! + found[1]!)
  await expectOnce('shared')
})
