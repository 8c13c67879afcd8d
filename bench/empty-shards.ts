import { spawn } from 'node:child_process'
import path from 'node:path'
import { connectTemporal, connectTemporalWorker } from '../workers/temporal-connection'
import { childrenInFlight, shardRanges, shardsPerWorkflow } from '../workflows/plan/shard-range'
import { inWindow } from '../workflows/plan/in-window'
import { treeCpuSeconds } from './tree-cpu-seconds'

/** Of a whole run with two scoring threads, by default. */
const inFlight = 16

/** Seconds of a run by the clock, and of the processes' CPU. */
export interface EmptyShards {
  readonly clock: number
  readonly worker: number
  readonly temporal: number
}

/**
 * What orchestration alone takes: the product's own workflows over so many shards, by a worker whose activity does nothing. No shard
 * can cost less with these servers.
 * @param environment names Temporal and a task queue that no other worker serves
 * @param temporalPid the server's process
 */
export async function measureEmptyShards(
  environment: NodeJS.ProcessEnv,
  temporalPid: number,
  shards: number,
): Promise<EmptyShards> {
  const child = spawn(process.execPath, [__filename, 'worker'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { connection, workflow } = await connectTemporal(environment)
  try {
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('exit', () => reject(new Error('the worker that does nothing ended before it was ready')))
    })
    const taskQueue = environment['NIGHTSCORE_TASK_QUEUE']!
    const score = async (count: number): Promise<void> =>
      inWindow(shardRanges(count, shardsPerWorkflow), childrenInFlight, async (range) => {
        const { read } = (await workflow.execute('scoreShards', {
          taskQueue,
          workflowId: `${taskQueue}/${count}/${range.from}`,
          args: [{ runId: 'none', ...range, inFlight: inFlight / childrenInFlight }],
        })) as { read: number }
        if (read !== range.to - range.from) throw new Error(`${read} shards of ${range.to - range.from}`)
      })
    await score(childrenInFlight) // warm
    const pid = child.pid!
    const before = {
      clock: performance.now() / 1_000,
      worker: treeCpuSeconds(pid),
      temporal: treeCpuSeconds(temporalPid),
    }
    await score(shards)
    return {
      clock: performance.now() / 1_000 - before.clock,
      worker: treeCpuSeconds(pid) - before.worker,
      temporal: treeCpuSeconds(temporalPid) - before.temporal,
    }
  } finally {
    child.kill('SIGTERM')
    await connection.close()
  }
}

async function runEmptyWorker(): Promise<void> {
  const { DefaultLogger, Runtime, Worker } = await import('@temporalio/worker')
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const { connection, namespace } = await connectTemporalWorker(process.env)
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: process.env['NIGHTSCORE_TASK_QUEUE']!,
    workflowBundle: { codePath: path.resolve(__dirname, '..', 'workflow-bundle.js') },
    activities: { scoreShard: () => Promise.resolve({ read: 1, scored: 1, quarantined: 0, filtered: 0 }) },
    maxConcurrentActivityTaskExecutions: inFlight,
  })
  process.stdout.write('ready\n')
  await worker.run()
  await connection.close()
}

if (process.argv[2] === 'worker' && process.argv[1] === __filename) void runEmptyWorker()
