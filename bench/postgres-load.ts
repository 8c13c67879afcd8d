import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import type { RunSink } from '../activities/data/sinks/sink'
import { CopyOut } from '../activities/data/sources/copy-out'
import { postgresSource } from '../activities/data/sources/postgres'
import { Connections } from '../activities/data/postgres/connections'
import type { JobSnapshot } from '../schemas/job-file'
import { startLocalStack } from '../workers/local-stack'
import { migrate } from '../workers/migrate'
import { loadSink, rowsIn, tuples, writeShards } from './load-shards'
import { serverCpuSeconds } from './server-cpu'

/**
 * What Postgres costs: writers at a time, synchronous_commit, the key, and a large table as a source; medians of rounds that
 * take turns, wall time and the server's CPU. The output of each load is counted before its figures are printed.
 * Usage: npm run bench:postgres [-- ROWS]     default 1,000,000; on the server of DATABASE_URL, else on the local one
 */
const rows = Number(process.argv[2] ?? 1_000_000)
const rounds = 3
const project = path.resolve(__dirname, '..', '..')

interface Figures {
  readonly seconds: number
  /** Of the server. */
  readonly cpu: number
}

class Load {
  private constructor(
    readonly connections: Connections,
    private readonly backend: number,
  ) {}

  /** @param backend process id of a connection that stays */
  static open(url: string, backend: number): Load {
    return new Load(new Connections({ controlUrl: url, environment: {} }), backend)
  }

  async measure(work: () => Promise<void>): Promise<Figures> {
    const [started, cpu] = [Date.now(), serverCpuSeconds(this.backend)]
    await work()
    return { seconds: (Date.now() - started) / 1_000, cpu: serverCpuSeconds(this.backend) - cpu }
  }

  prepared(concurrency?: number): Promise<RunSink> {
    return loadSink(this.connections, 'predictions', concurrency)
  }
}

async function checkedLoad(load: Load, shards: readonly Uint8Array[], writers: number): Promise<Figures> {
  const sink = await load.prepared()
  const figures = await load.measure(() => writeShards(sink, shards, writers))
  const expected = shards.reduce((sum, bytes) => sum + rowsIn(bytes), 0)
  const checked = await sink.check(shards.length)
  if (checked.rows !== expected) throw new Error(`${checked.rows} rows written, not ${expected}`)
  await sink.close({ keep: false })
  return figures
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
const medianOf = (figures: readonly Figures[]): Figures => ({
  seconds: median(figures.map(({ seconds }) => seconds)),
  cpu: median(figures.map(({ cpu }) => cpu)),
})

/** Runs the cases in turn, and prints each beside the first. */
async function compare(
  title: string,
  count: number,
  cases: readonly (readonly [string, () => Promise<Figures>])[],
): Promise<void> {
  const seen = cases.map((): Figures[] => [])
  for (let round = 0; round < rounds; round++)
    for (const [i, [, run]] of cases.entries()) seen[i]!.push(await run())
  console.log(`\n${title}`)
  const first = medianOf(seen[0]!)
  for (const [i, [name]] of cases.entries()) {
    const { seconds, cpu } = medianOf(seen[i]!)
    console.log(
      `  ${name.padEnd(34)} ${seconds.toFixed(2).padStart(7)} s  ${Math.round(count / seconds / 1_000)
        .toString()
        .padStart(
          6,
        )} K/s  x ${(first.seconds / seconds).toFixed(2)}   server ${((cpu / count) * 1e6).toFixed(2)} us each, x ${(cpu / first.cpu).toFixed(2)}`,
    )
  }
}

async function main(): Promise<void> {
  const root = path.join(project, '.nightscore', 'bench')
  fs.mkdirSync(root, { recursive: true })
  const given = process.env['DATABASE_URL']
  const stack = given ? null : await startLocalStack({ root, report: console.log, stopOnSignal: true })
  const server = given ?? stack!.databaseUrl
  const admin = new Client({ connectionString: server })
  await admin.connect()
  const database = `nightscore_load_${process.pid}`
  await admin.query(`CREATE DATABASE ${database}`)
  const url = new URL(server)
  url.pathname = `/${database}`
  await migrate(url.href)
  const { rows: found } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const open = (): Load => Load.open(url.href, found[0]!.pid)
  const load = open()
  try {
    console.log(`${os.cpus().length} cores, load ${os.loadavg()[0]!.toFixed(1)}, ${rows} rows`)
    await writers(load)
    await commits(open, admin, database)
    await keys(load)
    await source(load)
  } finally {
    await load.connections.close()
    await admin.query(`DROP DATABASE ${database} WITH (FORCE)`)
    await admin.end()
    await stack?.stop()
  }
}

async function writers(load: Load): Promise<void> {
  const shards = tuples(20, rows / 20)
  await compare(
    'rows, by writers at a time (20 shards)',
    rows,
    [1, 2, 4, 8].map((count) => [`${count}`, () => checkedLoad(load, shards, count)] as const),
  )
}

async function commits(open: () => Load, admin: Client, database: string): Promise<void> {
  for (const [count, each] of [
    [1_000, Math.max(1, rows / 10_000)],
    [41, Math.ceil(rows / 41)],
  ] as const) {
    const shards = tuples(count, each)
    const cases = ['on', 'local', 'off'].map((setting) => {
      const run = async (): Promise<Figures> => {
        await admin.query(`ALTER DATABASE ${database} SET synchronous_commit = ${setting}`)
        const own = open()
        return checkedLoad(own, shards, 4).finally(() => own.connections.close())
      }
      return [`synchronous_commit = ${setting}`, run] as const
    })
    await compare(`shards of ${each} rows, 4 writers`, count, cases)
  }
  await admin.query(`ALTER DATABASE ${database} RESET synchronous_commit`)
}

/** The parts of the check, each over a table of its own that was just loaded. */
async function keys(load: Load): Promise<void> {
  const pool = load.connections.control
  const shards = tuples(20, rows / 20)
  const check = async (): Promise<Figures> => {
    const sink = await load.prepared()
    await writeShards(sink, shards, 2)
    const figures = await load.measure(async () => {
      await sink.check(shards.length)
    })
    await sink.close({ keep: false })
    return figures
  }
  const part = (sql: readonly string[]) => async (): Promise<Figures> => {
    await pool.query('DROP TABLE IF EXISTS part')
    await pool.query(
      `CREATE TABLE part AS SELECT i::bigint AS id, random()::real AS score, true AS label FROM generate_series(1, ${rows}) i`,
    )
    const client = await pool.connect()
    const figures = await load.measure(async () => {
      for (const one of sql) await client.query(one)
    })
    client.release(true)
    return figures
  }
  const key = 'ALTER TABLE part ADD PRIMARY KEY (id)'
  const rest = `ALTER TABLE part ADD COLUMN batch text COLLATE "C" NOT NULL DEFAULT 'measured', ADD COLUMN revision integer NOT NULL DEFAULT 1,
      ADD CHECK (batch = 'measured' AND revision = 1)`
  await compare('the check of a run, and its parts by themselves', rows, [
    ['the check', check],
    ['key, no parallel workers', part(['SET max_parallel_maintenance_workers = 0', key])],
    ['key, two', part(['SET max_parallel_maintenance_workers = 2', key])],
    ['constant columns and their CHECK', part([rest])],
    ['count(*)', part(['SELECT count(*) FROM part'])],
    ['ANALYZE', part(['ANALYZE part'])],
  ])
}

async function source(load: Load): Promise<void> {
  const pool = load.connections.control
  const floats = Array.from({ length: 16 }, (_, i) => `(random() * 100)::real AS f${i}`).join(', ')
  await pool.query(
    `CREATE TABLE source AS SELECT i::bigint AS id, ${floats} FROM generate_series(1, ${rows}) i`,
  )
  await pool.query('VACUUM ANALYZE source')
  const raw = async (): Promise<Figures> => {
    const client = await pool.connect()
    let seen = 0
    const query = new CopyOut(
      'COPY (SELECT * FROM source) TO STDOUT (FORMAT binary)',
      () => (seen += 1),
      () => undefined,
    )
    const figures = await load.measure(() => client.query(query).done)
    client.release()
    if (seen !== rows + 1) throw new Error(`${seen} messages of ${rows} rows and an end`)
    return figures
  }
  const staged = async (): Promise<Figures> => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightscore-load-'))
    const scope = { batch: 'b', roots: [], stagingFolder: folder, onProgress: () => undefined }
    const job = { shards: { rows: 200_000, inFlight: 1 } } as unknown as JobSnapshot
    let count = 0
    const own = process.cpuUsage()
    const figures = await load.measure(async () => {
      const files = await postgresSource({ query: 'SELECT * FROM source' }, load.connections).files({
        ...scope,
        job,
        signal: new AbortController().signal,
      })
      count = files.flatMap(({ rowGroups }) => rowGroups).reduce((sum, group) => sum + group, 0)
    })
    const { user, system } = process.cpuUsage(own)
    fs.rmSync(folder, { recursive: true })
    if (count !== rows) throw new Error(`${count} rows staged, not ${rows}`)
    console.log(`  staging: ${((user + system) / rows).toFixed(2)} us of this process's CPU a row`)
    return figures
  }
  await compare('a source of 17 columns', rows, [
    ['COPY, thrown away', raw],
    ['staged as Parquet', staged],
  ])
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
