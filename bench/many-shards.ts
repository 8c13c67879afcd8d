import fs from 'node:fs'
import path from 'node:path'
import { stackFolders } from '../workers/local-stack/folders'
import { readRecord } from '../workers/local-stack/state'
import { connectTemporal } from '../workers/temporal-connection'
import { openBenchStack, projectFolder, type BenchStack } from './bench-stack'
import { measureEmptyShards } from './empty-shards'
import { flightRows } from './flight-rows'
import { processFigures } from './process-figures'
import { treeCpuSeconds } from './tree-cpu-seconds'

/**
 * What a shard costs beside the scoring of its rows: the same rows in one shard a file, then in many. As in a real run a shard is a
 * whole row group; a file has at most 40 of them, as that of 5 M rows has. Checks that both wrote the same, then prints ms a shard by
 * the clock and by CPU time, beside it what a shard takes whose activity does nothing, events by history, the worker's memory, and
 * the size of the databases.
 * Usage: npm run bench:shards [-- SHARDS [ROWS [PACKAGE]]]     default 1,000 shards of 2,048 rows, the flights model v2
 */
const [shardsAsked = '1000', rowsAsked = '2048', packageAsked] = process.argv.slice(2)
const [shards, rowsOfShard] = [Number(shardsAsked), Number(rowsAsked)]
const shardsOfFile = 40
const files = Math.ceil(shards / shardsOfFile)
const folder = path.join(projectFolder, '.nightscore', 'bench-shards')
const packageFolder = packageAsked ?? path.join(projectFolder, 'examples', 'flights', 'models', 'v2')

/** Seconds of a run by the clock, and of the processes' CPU. */
interface Spent {
  readonly clock: number
  readonly worker: number
  readonly temporal: number
  readonly postgres: number
}

/** What a run of a batch took, and the worker's memory at each tenth of its time. */
async function measure(
  stack: BenchStack,
  pids: Readonly<Record<'worker' | 'temporal' | 'postgres', number>>,
  input: { readonly job: string; readonly batch: string },
): Promise<{ readonly spent: Spent; readonly residentMb: readonly number[] }> {
  const cpu = (name: keyof typeof pids): number => treeCpuSeconds(pids[name])
  const before = { worker: cpu('worker'), temporal: cpu('temporal'), postgres: cpu('postgres') }
  const residentMb: number[] = []
  const look = (): unknown => residentMb.push(Math.round(processFigures(pids.worker).residentMb))
  const started = performance.now()
  const timer = setInterval(look, 200)
  await stack.run(input)
  clearInterval(timer)
  look()
  const clock = (performance.now() - started) / 1_000
  return {
    spent: {
      clock,
      worker: cpu('worker') - before.worker,
      temporal: cpu('temporal') - before.temporal,
      postgres: cpu('postgres') - before.postgres,
    },
    residentMb: Array.from(
      { length: 11 },
      (_, i) => residentMb[Math.floor((i / 10) * (residentMb.length - 1))]!,
    ),
  }
}

async function main(): Promise<void> {
  const stack = await openBenchStack(folder, 'shards', say)
  try {
    const source = `shards-${shards}x${rowsOfShard}`
    fs.mkdirSync(path.join(folder, source), { recursive: true })
    for (let i = 0; i < files; i += 1) {
      const from = i * shardsOfFile
      const rows = Math.min(shardsOfFile, shards - from) * rowsOfShard
      const place = { from: from * rowsOfShard, rowGroup: rowsOfShard }
      await flightRows(path.join(folder, source, `part-${String(i).padStart(4, '0')}.parquet`), rows, place)
    }
    const model = await stack.register(packageFolder)
    const job = { model, source: { parquet: `${source}/*.parquet` }, key: ['id'] }
    for (const [name, rows] of [
      ['whole', shardsOfFile * rowsOfShard],
      ['cut', rowsOfShard],
    ] as const)
      await stack.apply(folder, { ...job, name, sink: { postgres: `predictions.${name}` }, shards: { rows } })
    const worker = await stack.startWorker()
    const folders = stackFolders(folder)
    const pids = {
      worker: worker.pid,
      temporal: readRecord(folders, 'temporal')?.process.pid ?? 0,
      postgres: readRecord(folders, 'postgres')?.process.pid ?? 0,
    }
    await stack.run({ job: 'whole', batch: 'warm-up' })
    const whole = await measure(stack, pids, { job: 'whole', batch: 'measured' })
    const databaseBefore = await databaseMb(stack)
    const cut = await measure(stack, pids, { job: 'cut', batch: 'measured' })
    await check(stack)
    const perShard = (name: keyof Spent): string =>
      (((cut.spent[name] - whole.spent[name]) * 1_000) / (shards - files)).toFixed(2)
    say(
      `\n${shards} shards of ${rowsOfShard} rows, and the same rows in ${files}, one a file; the output is the same`,
    )
    say(`                     clock    worker   Temporal  Postgres   (CPU)`)
    for (const [name, { spent }] of Object.entries({ [`${files} shards`]: whole, [`${shards} shards`]: cut }))
      say(
        `  ${name.padEnd(14)} ${Object.values(spent)
          .map((s: number) => `${s.toFixed(2)} s`.padStart(9))
          .join(' ')}`,
      )
    say(
      `  ms a shard     ${(['clock', 'worker', 'temporal', 'postgres'] as const).map((name) => perShard(name).padStart(9)).join(' ')}`,
    )
    say(`worker's memory at each tenth of the run, MB: ${cut.residentMb.join(' ')}`)
    say(`control database: ${databaseBefore} MB before, ${await databaseMb(stack)} MB after`)
    await histories(stack)
    await phases(stack)
    await worker.stop()
    const environment = {
      ...stack.environment,
      NIGHTSCORE_TASK_QUEUE: `${stack.environment['NIGHTSCORE_TASK_QUEUE']}-empty`,
    }
    const empty = await measureEmptyShards(environment, pids.temporal, shards)
    const ms = (seconds: number): string => ((seconds * 1_000) / shards).toFixed(2)
    say(
      `a shard whose activity does nothing: ${ms(empty.clock)} ms by the clock; CPU ${ms(empty.worker)} of the worker, ${ms(empty.temporal)} of Temporal`,
    )
  } finally {
    await stack.close()
  }
}

async function check({ connections }: BenchStack): Promise<void> {
  const { rows } = await connections.control.query<{ count: number; keys: number; differing: number }>(
    `SELECT count(*)::int, count(DISTINCT id)::int AS keys, count(*) FILTER (WHERE NOT abs(c.score - w.score) < 1e-6)::int AS differing
     FROM predictions.cut c JOIN predictions.whole w USING (batch, id) WHERE batch = 'measured'`,
  )
  const wanted = shards * rowsOfShard
  if (rows[0]?.count !== wanted || rows[0].keys !== wanted || rows[0].differing !== 0)
    throw new Error(
      `the output is wrong: ${JSON.stringify(rows[0])}; expected ${wanted} rows and keys, no differing score`,
    )
}

async function databaseMb({ connections }: BenchStack): Promise<number> {
  const { rows } = await connections.control.query<{ mb: number }>(
    'SELECT round(pg_database_size(current_database()) / 1048576.0)::int AS mb',
  )
  return rows[0]!.mb
}

async function histories({ environment }: BenchStack): Promise<void> {
  const temporal = await connectTemporal(environment)
  try {
    const events: number[] = []
    const query = `TaskQueue = '${environment['NIGHTSCORE_TASK_QUEUE']}'`
    for await (const { workflowId, historyLength } of temporal.workflow.list({ query }))
      if (workflowId.includes('/cut/')) events.push(historyLength)
    say(
      `histories: ${events.length}, of ${Math.max(...events)} events at most, ${events.reduce((a, b) => a + b, 0)} in all`,
    )
  } finally {
    await temporal.connection.close()
  }
}

async function phases({ connections }: BenchStack): Promise<void> {
  const { rows } = await connections.control.query<Record<string, number>>(
    `SELECT extract(epoch FROM planned_at - opened_at)::float8 AS plan, extract(epoch FROM scored_at - planned_at)::float8 AS score,
            extract(epoch FROM checked_at - scored_at)::float8 AS check, extract(epoch FROM published_at - checked_at)::float8 AS "evaluate, publish"
     FROM nightscore.run WHERE batch = 'measured' AND job = 'cut'`,
  )
  say(
    `phases of the many: ${Object.entries(rows[0] ?? {})
      .map(([name, s]) => `${name} ${s.toFixed(2)} s`)
      .join(', ')}`,
  )
  const { rows: timings } = await connections.control.query<Record<string, number>>(
    `SELECT key, avg(value::float8) AS ms FROM nightscore.shard JOIN nightscore.run USING (run_id), jsonb_each_text((result->'timings')::jsonb - 'inferRuns'::text)
     WHERE batch = 'measured' AND job = 'cut' GROUP BY key ORDER BY key`,
  )
  say(`threads, ms a shard: ${timings.map(({ key, ms }) => `${key} ${Number(ms).toFixed(2)}`).join(', ')}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
