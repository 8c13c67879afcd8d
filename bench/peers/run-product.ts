import fs from 'node:fs'
import path from 'node:path'
import type { ShardTimings } from '../../schemas/run'
import type { BenchStack } from '../bench-stack'
import { processFigures } from '../process-figures'
import { benchFolder } from './bench-data'
import { checkOutput, type Expected } from './check-output'
import type { Measured } from './compare-rounds'
import { processTree } from './process-tree'
import { readFiles, readTable } from './read-output'
import type { Work } from './works'

export interface ProductTask {
  readonly work: Work
  /** `name@version` */
  readonly model: string
  /** Parquet files; `few` has fewer of the same rows: the worker scores them first. */
  readonly rows: string
  readonly fewRows: string
  /** The same as queries, for works that start from Postgres. */
  readonly source: string
  readonly fewSource: string
  readonly expected: Expected
  /** A batch key that no other run has. */
  readonly batch: string
  /** Processes that work for the run too: Postgres, Temporal. */
  readonly serverPids: readonly number[]
  /** Of the worker, such as --cpu-prof. */
  readonly nodeArguments?: readonly string[]
}

/** Where the time of a run of ours went. */
export interface ProductMeasured extends Measured {
  readonly shards: number
  /** Seconds of the scoring threads. */
  readonly stages: Readonly<Record<string, number>>
  /** Seconds by the clock. */
  readonly phases: Readonly<Record<string, number>>
}

const schema = 'bench_predictions'
const outFolder = path.join(benchFolder, 'out')

/**
 * One whole run through Temporal, from the start of its workflow to its end: published, its report made. A worker of its own
 * that has scored some rows of the kind before. @throws Error where the output is wrong
 */
export async function runProduct(stack: BenchStack, task: ProductTask): Promise<ProductMeasured> {
  const { work, batch, expected, serverPids } = task
  const { control } = stack.connections
  const table = `${schema}.${work.name.replace(/-/g, '_')}`
  for (const warmUp of [true, false])
    await stack.apply(benchFolder, jobOf(task, warmUp ? `${table}_warm_up` : table, warmUp))
  const worker = await stack.startWorker({}, task.nodeArguments ?? [])
  const cpuNow = () =>
    [worker.pid, ...serverPids].reduce<number | null>((sum, pid) => {
      const seconds = processTree.cpuSeconds(pid)
      return sum === null || seconds === null ? null : sum + seconds
    }, 0)
  try {
    await stack.run({ job: `${work.name}-warm-up`, batch })
    await control.query('CHECKPOINT')
    const [cpuBefore, started] = [cpuNow(), performance.now()]
    const { runId, state, shards } = await stack.run({ job: work.name, batch })
    const seconds = (performance.now() - started) / 1_000
    const cpuAfter = cpuNow()
    if (state !== 'published') throw new Error(`the run of ${work.title} ended ${state}`)
    const output =
      work.sink === 'postgres'
        ? await readTable(control, `(SELECT * FROM ${table} WHERE batch = '${batch}') AS published`, expected)
        : await readFiles(path.join(outFolder, work.name, `batch=${batch}`, '*.parquet'), expected)
    checkOutput('our run', output, expected)
    return {
      seconds,
      cpuSeconds: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
      peakMb: fs.existsSync('/proc/self/status') ? processFigures(worker.pid).peakMb : null,
      shards,
      ...(await whereTimeWent(stack, runId)),
    }
  } finally {
    await worker.stop()
    await control.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    for (const folder of [outFolder, path.join(benchFolder, 'store')])
      fs.rmSync(folder, { recursive: true, force: true })
  }
}

function jobOf({ work, model, ...task }: ProductTask, table: string, warmUp: boolean) {
  const name = warmUp ? `${work.name}-warm-up` : work.name
  return {
    name,
    model,
    source:
      work.source === 'postgres'
        ? { postgres: { query: warmUp ? task.fewSource : task.source } }
        : { parquet: path.basename(warmUp ? task.fewRows : task.rows) },
    key: ['id'],
    sink: work.sink === 'postgres' ? { postgres: table } : { parquet: `out/${name}` },
  }
}

const stages = ['readMs', 'encodeMs', 'inferMs', 'profileMs', 'writeMs', 'totalMs'] as const

async function whereTimeWent({ connections: { control } }: BenchStack, runId: string) {
  const { rows: shards } = await control.query<{ timings: ShardTimings }>(
    `SELECT result->'timings' AS timings FROM nightscore.shard WHERE run_id = $1`,
    [runId],
  )
  const { rows: phases } = await control.query<Record<string, number>>(
    `SELECT extract(epoch FROM planned_at - opened_at)::float8 AS plan, extract(epoch FROM scored_at - planned_at)::float8 AS score,
            extract(epoch FROM checked_at - scored_at)::float8 AS "check, key",
            extract(epoch FROM published_at - checked_at)::float8 AS "evaluate, publish"
     FROM nightscore.run WHERE run_id = $1`,
    [runId],
  )
  const spent = (stage: (typeof stages)[number]) =>
    shards.reduce((sum, { timings }) => sum + timings[stage], 0) / 1_000
  return {
    stages: Object.fromEntries(stages.map((stage) => [stage.slice(0, -2), spent(stage)])),
    phases: phases[0] ?? {},
  }
}
