import { spawn } from 'node:child_process'
import fs from 'node:fs'
import { loadavg } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBenchStack, projectFolder, type BenchStack } from './bench-stack'
import { flightRows } from './flight-rows'

/**
 * A batch of one row, from the start of the command `nightscore run` to its predictions being visible: on a worker that is up and
 * has seen neither job nor model (cold), then again (warm). Checks that the row is there before it prints.
 * Usage: npm run bench:one-row
 */
const folder = path.join(projectFolder, '.nightscore', 'bench-shards')
const warmRuns = 7

interface Waited {
  readonly publishedMs: number
  /** To the end of the command, with the report. */
  readonly endedMs: number
}

async function main(): Promise<void> {
  fs.mkdirSync(folder, { recursive: true })
  const stack = await openBenchStack(folder, 'one_row', say)
  try {
    await flightRows(path.join(folder, 'one.parquet'), 1)
    const model = await stack.register(path.join(projectFolder, 'examples', 'flights', 'models', 'v2'))
    const job = { name: 'one', model, source: { parquet: 'one.parquet' }, key: ['id'] }
    await stack.apply(folder, { ...job, sink: { postgres: 'predictions.one' } })
    await stack.startWorker()
    await sleep(3_000) // it has started its threads by then
    const cold = await measure(stack, 'cold')
    const warm: Waited[] = []
    for (let i = 1; i <= warmRuns; i += 1) warm.push(await measure(stack, `warm-${i}`))
    say(
      `a batch of one row (load ${loadavg()[0]!.toFixed(1)}): ms from the command's start to published, and to its end`,
    )
    say(`  cold              ${shown(cold)}`)
    const median = [...warm].sort((a, b) => a.publishedMs - b.publishedMs)[Math.floor(warmRuns / 2)]!
    say(`  warm, median of ${warmRuns} ${shown(median)}`)
  } finally {
    await stack.close()
  }
}

async function measure(stack: BenchStack, batch: string): Promise<Waited> {
  const startedMs = Date.now()
  const program = path.join(projectFolder, 'dist', 'workers', 'cli', 'main.js')
  const child = spawn(process.execPath, [program, 'run', 'one', '--batch', batch], {
    env: stack.environment,
    stdio: 'ignore',
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  const endedMs = Date.now() - startedMs
  const { rows } = await stack.connections.control.query<{ published: Date; rows: number }>(
    `SELECT published_at AS published, (SELECT count(*)::int FROM predictions.one p WHERE p.batch = r.batch) AS rows
     FROM nightscore.run r WHERE batch = $1 AND state = 'published'`,
    [batch],
  )
  if (code !== 0 || rows.length !== 1 || rows[0]?.rows !== 1)
    throw new Error(`run ${batch} ended with code ${String(code)} and left ${JSON.stringify(rows)}`)
  return { publishedMs: rows[0].published.getTime() - startedMs, endedMs }
}

const shown = ({ publishedMs, endedMs }: Waited): string =>
  `${String(publishedMs).padStart(6)} ${String(endedMs).padStart(6)}`

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
