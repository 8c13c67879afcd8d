import { spawn, type ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { Client as PostgresClient } from 'pg'
import { stringify } from 'yaml'
import { Connections } from '../activities/data/postgres/connections'
import { applyJob, readJobFile } from '../activities/runs/job-store'
import { readModelKeys } from '../activities/scoring/model-keys'
import { registerModel } from '../activities/scoring/registry'
import type { RunSummary, ScoreBatchInput } from '../schemas/run'
import { startLocalStack } from '../workers/local-stack'
import { migrate } from '../workers/migrate'
import { connectTemporal } from '../workers/temporal-connection'

/** A real worker in a process of its own. */
export interface BenchWorker {
  readonly pid: number
  readonly child: ChildProcess
  /** SIGTERM, and waits for its end. */
  stop(): Promise<void>
}

/** Servers, an empty database and a task queue for one benchmark. */
export interface BenchStack {
  readonly connections: Connections
  readonly databaseUrl: string
  /** What programs of the product are told by. */
  readonly environment: NodeJS.ProcessEnv
  /** @returns `name@version` */
  register(packageFolder: string): Promise<string>
  /** Stores a job; its relative paths start at `folder`. */
  apply(folder: string, job: Readonly<Record<string, unknown>> & { readonly name: string }): Promise<void>
  /** Resolves once it polls. @param nodeArguments such as --cpu-prof */
  startWorker(env?: NodeJS.ProcessEnv, nodeArguments?: readonly string[]): Promise<BenchWorker>
  /** Runs a batch to its end. */
  run(input: ScoreBatchInput & { readonly batch: string }): Promise<RunSummary>
  /** Stops workers that still run, then what was started. */
  close(): Promise<void>
}

export const projectFolder = path.resolve(__dirname, '..', '..')

/**
 * Starts (or takes over) Postgres and Temporal below `folder`.
 * @param name of the benchmark: its database is made anew
 */
export async function openBenchStack(
  folder: string,
  name: string,
  say: (line: string) => void,
): Promise<BenchStack> {
  fs.mkdirSync(folder, { recursive: true })
  const binFolder = path.join(projectFolder, '.nightscore', 'bin')
  const stack = await startLocalStack({
    root: folder,
    binFolder,
    report: say,
    stopOnSignal: true,
    ports: 'any',
  })
  const databaseUrl = await freshDatabase(stack.databaseUrl, `nightscore_${name}`)
  const taskQueue = `${name}-${process.pid}`
  const environment = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    NIGHTSCORE_TASK_QUEUE: taskQueue,
    NIGHTSCORE_LOG_LEVEL: 'warn',
    NIGHTSCORE_STORE: path.join(folder, 'store'),
  }
  const connections = new Connections({ controlUrl: databaseUrl, environment })
  const temporal = await connectTemporal(environment)
  const workers = new Set<BenchWorker>()
  return {
    connections,
    databaseUrl,
    environment,
    register: async (packageFolder) => {
      const keys = readModelKeys(environment)
      const { model, version } = await registerModel(connections.control, packageFolder, { keys, by: name })
      return `${model}@${version}`
    },
    apply: async (jobFolder, job) => {
      const file = path.join(jobFolder, `${job.name}.yaml`)
      fs.writeFileSync(file, stringify(job))
      await applyJob(connections.control, await readJobFile(file), name)
    },
    startWorker: async (env = {}, nodeArguments = []) => {
      const worker = await startWorker({ ...environment, ...env }, nodeArguments)
      workers.add(worker)
      worker.child.once('exit', () => workers.delete(worker))
      return worker
    },
    run: (input) =>
      temporal.workflow.execute('scoreBatch', {
        taskQueue,
        workflowId: `${taskQueue}/${input.job}/${input.batch}`,
        args: [input],
      }) as Promise<RunSummary>,
    close: async () => {
      await Promise.all([...workers].map((worker) => worker.stop()))
      await temporal.connection.close()
      await connections.close()
      await stack.stop()
    },
  }
}

async function freshDatabase(serverUrl: string, name: string): Promise<string> {
  const admin = new PostgresClient({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${name}`)
  await admin.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await migrate(url.href)
  return url.href
}

async function startWorker(env: NodeJS.ProcessEnv, nodeArguments: readonly string[]): Promise<BenchWorker> {
  const program = path.join(projectFolder, 'dist', 'workers', 'cli', 'main.js')
  const child = spawn(process.execPath, [...nodeArguments, program, 'worker'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      if (/\bready\b/i.test(chunk.toString())) resolve()
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', (chunk: Buffer) => {
      hear(chunk)
      process.stderr.write(chunk)
    })
    child.once('exit', (code) => reject(new Error(`a worker ended with code ${code} before it was ready`)))
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    pid: child.pid ?? 0,
    child,
    stop: async () => {
      child.kill('SIGTERM')
      await ended
    },
  }
}
