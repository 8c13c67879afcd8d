import fs from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openBenchStack, projectFolder, type BenchStack, type BenchWorker } from './bench-stack'
import { linearPackage } from './linear-package'
import { linearRows, usualRowGroup, type LinearRows } from './linear-rows'
import { processFigures } from './process-figures'
import { s3Places, type Published, type S3Places } from './s3-places'

/**
 * One run shared by several worker processes on this machine: who scored how much, and how long it took. Workers of one thread each
 * show what more of them bring on few cores; those of a thread a core, what they cost. Then a slow worker, one that joins
 * and one that leaves. The output of each run is checked before its figures are printed.
 * Usage: npm run bench:workers [-- --quick] [--slots N] [--s3]     --slots: NIGHTSCORE_ACTIVITY_SLOTS instead of the default
 * --s3: source, sink and store in S3, on a server that it starts; workers share that, Postgres and Temporal, and no folder.
 */
const words = process.argv.slice(2)
const quick = words.includes('--quick')
const inS3 = words.includes('--s3')
const slotsAt = words.indexOf('--slots')
const rows = quick ? 1_000_000 : 5_000_000
const rowsPerShard = 50_000
const features = 16
const folder = path.join(projectFolder, '.nightscore', 'bench-workers')

interface Share {
  readonly shards: number
  readonly cpuSeconds: number
}

interface Shared {
  readonly seconds: number
  /** In the order in which the workers started; one that left or joined is among them. */
  readonly shares: readonly Share[]
}

/** What happens to the workers while they score; ends with the run. */
type Disturb = (bench: Bench, batch: string, workers: BenchWorker[], over: AbortSignal) => Promise<void>

class Bench {
  private batches = 0

  constructor(
    private readonly stack: BenchStack,
    private readonly source: LinearRows,
    private readonly s3: S3Places | null,
  ) {}

  startWorker(threads: number | null): Promise<BenchWorker> {
    return this.stack.startWorker({
      ...(threads !== null && { NIGHTSCORE_THREADS: String(threads) }),
      ...this.s3?.workerEnvironment(),
      ...(slotsAt >= 0 && { NIGHTSCORE_ACTIVITY_SLOTS: words[slotsAt + 1] }),
    })
  }

  /** Scores all rows once with `count` workers of `threads` threads (null: one a core) to begin with. */
  async run(count: number, threads: number | null, disturb?: Disturb): Promise<Shared> {
    const batch = String((this.batches += 1))
    const workers = await Promise.all(Array.from({ length: count }, () => this.startWorker(threads)))
    const over = new AbortController()
    try {
      const started = Date.now()
      const running = this.stack.run({ job: 'workers', batch })
      const disturbing = disturb?.(this, batch, workers, over.signal)
      await running
      const seconds = (Date.now() - started) / 1_000
      over.abort()
      await disturbing
      await this.checkOutput(batch)
      const shards = await this.shards(batch)
      const shares = workers.map(({ pid }) => ({ shards: shards.get(pid) ?? 0, cpuSeconds: cpuOf(pid) }))
      return { seconds, shares }
    } finally {
      over.abort()
      await Promise.all(workers.map((worker) => worker.stop()))
    }
  }

  /** Shards that are committed, by the worker's process. */
  async shards(batch: string): Promise<Map<number, number>> {
    const { rows: found } = await this.stack.connections.control.query<{ pid: number; shards: number }>(
      `SELECT split_part(worker, '@', 1)::int AS pid, count(*)::int AS shards FROM nightscore.shard JOIN nightscore.run USING (run_id)
       WHERE batch = $1 AND worker IS NOT NULL GROUP BY 1`,
      [batch],
    )
    return new Map(found.map(({ pid, shards }) => [pid, shards]))
  }

  private async checkOutput(batch: string): Promise<void> {
    const output = await (this.s3 ? this.s3.published(batch) : this.published(batch))
    const { rows: expected, sum } = this.source
    if (
      output.rows !== expected ||
      output.keys !== expected ||
      Math.abs(output.sum - sum) > Math.abs(sum) * 1e-4
    )
      throw new Error(
        `the output is wrong: ${JSON.stringify(output)}; expected ${expected} rows with the sum ${sum}`,
      )
  }

  private async published(batch: string): Promise<Published> {
    const { rows: found } = await this.stack.connections.control.query<Published>(
      `SELECT count(*)::float8 AS rows, count(DISTINCT id)::float8 AS keys, sum(prediction::float8) AS sum
       FROM predictions.workers WHERE batch = $1`,
      [batch],
    )
    return found[0]!
  }
}

/** A worker that ended cannot be asked any more. */
function cpuOf(pid: number): number {
  try {
    return processFigures(pid).cpuSeconds
  } catch {
    return NaN
  }
}

/** The last worker runs one quarter of the time, 50 ms of 200. */
const slowed: Disturb = async (_, __, workers, over) => {
  const { child } = workers.at(-1)!
  while (!over.aborted) {
    child.kill('SIGSTOP')
    await setTimeout(150)
    child.kill('SIGCONT')
    await setTimeout(50)
  }
}

/** Another starts once a fifth is done; says how soon it has a shard committed. */
const joined: Disturb = async (bench, batch, workers, over) => {
  await shareDone(bench, batch, 0.2, over)
  const worker = await bench.startWorker(1)
  const ready = Date.now()
  workers.push(worker)
  for (;;) {
    if (((await bench.shards(batch)).get(worker.pid) ?? 0) > 0)
      return say(`  joined: its first shard was committed ${Date.now() - ready} ms after it was ready`)
    if (over.aborted) return say('  joined: got no shard')
    await setTimeout(20)
  }
}

/** The last one is told to stop once two fifths are done. */
const left: Disturb = async (bench, batch, workers, over) => {
  await shareDone(bench, batch, 0.4, over)
  const asked = Date.now()
  await workers.at(-1)!.stop()
  say(`  left: ended ${Date.now() - asked} ms after SIGTERM`)
}

async function shareDone(bench: Bench, batch: string, share: number, over: AbortSignal): Promise<void> {
  const wanted = (share * rows) / rowsPerShard
  const done = async () => [...(await bench.shards(batch)).values()].reduce((sum, more) => sum + more, 0)
  while (!over.aborted && (await done()) < wanted) await setTimeout(20)
}

async function main(): Promise<void> {
  const stack = await openBenchStack(folder, 'workers', say)
  let s3: S3Places | null = null
  try {
    const source = await linearRows(folder, {
      rows,
      features,
      rowsPerFile: rows,
      rowGroup: usualRowGroup,
    })
    if (inS3) s3 = await s3Places(folder, path.join(source.folder, 'part=0', 'rows.parquet'))
    linearPackage(path.join(folder, 'model'), features)
    await stack.apply(source.folder, {
      name: 'workers',
      model: await stack.register(path.join(folder, 'model')),
      source: { parquet: s3?.source ?? 'part=*/rows.parquet' },
      key: ['id'],
      sink: s3 ? { parquet: s3.sink } : { postgres: 'predictions.workers' },
      shards: { rows: rowsPerShard },
    })
    const bench = new Bench(stack, source, s3)
    if (s3) fs.rmSync(source.folder, { recursive: true }) // nothing of the job is on this machine any more
    const lines: string[] = []
    const measure = async (what: string, count: number, threads: number | null, disturb?: Disturb) => {
      const { seconds, shares } = await bench.run(count, threads, disturb)
      const line = `| ${[what, threads ?? 'a core', seconds.toFixed(1), shares.map((one) => one.shards).join(' + '), shares.map((one) => one.cpuSeconds.toFixed(1)).join(' + ')].join(' | ')} |`
      lines.push(line)
      say(line)
    }
    for (const count of [1, 2, 3, 4]) await measure(`${count} workers`, count, 1)
    if (!s3) {
      for (const count of [1, 2, 3, 4]) await measure(`${count} workers`, count, null)
      await measure('2 workers, the second at a quarter of its speed', 2, 1, slowed)
      await measure('1 worker, a second joins', 1, 1, joined)
      await measure('2 workers, the second leaves', 2, 1, left)
    }
    say(
      `\n${rows.toLocaleString('en')} rows x ${features} floats in shards of ${rowsPerShard.toLocaleString('en')}${s3 ? '; source, sink and store in S3' : ''}`,
    )
    say('| workers | threads each | seconds | shards | CPU s of each |')
    say('|---|---|---|---|---|')
    for (const line of lines) say(line)
    fs.rmSync(source.folder, { recursive: true, force: true })
  } finally {
    await stack.close()
    await s3?.close()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
