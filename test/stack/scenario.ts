import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import {
  type Client,
  WorkflowFailedError,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { stringify } from 'yaml'
import { Connections } from '../../activities/data/postgres/connections'
import { applyJob, readJobFile } from '../../activities/runs/job-store'
import { readModelKeys } from '../../activities/scoring/model-keys'
import { promoteModel, registerModel } from '../../activities/scoring/registry'
import type { RunSummary, ScoreBatchInput } from '../../schemas/run'
import type { scoreBatch } from '../../workflows/score-batch'
import { connectTemporal } from '../../workers/temporal-connection'
import { whenFileEnds } from './clean-up'
import { freshDatabase, queryRows } from './database'
import { freshTaskQueue, temporaryFolder } from './fresh'
import { startWorker, type WorkerProcess } from './start-worker'

type Handle = WorkflowHandleWithFirstExecutionRunId<typeof scoreBatch>

/** A database, a task queue, a job folder and a store of their own, with real servers behind. */
export interface Scenario {
  readonly databaseUrl: string
  readonly taskQueue: string
  /** The job's folder: what its paths start at. */
  readonly folder: string
  readonly store: string
  readonly temporal: Client
  readonly connections: Connections
  /** Registers a package and points the alias champion at it. */
  register(packageFolder: string): Promise<void>
  /** Stores a job whose file holds this. */
  apply(job: Readonly<Record<string, unknown>>): Promise<void>
  worker(env?: NodeJS.ProcessEnv): Promise<WorkerProcess>
  start(input: ScoreBatchInput): Promise<Handle>
  /** Starts and waits. @throws ApplicationFailure, as the activity raised it */
  run(input: ScoreBatchInput): Promise<RunSummary>
  /** Rows of a statement in the control database. */
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

export const goldenModel = (name: string): string => path.resolve(__dirname, '..', 'golden', 'models', name)

export async function startScenario(): Promise<Scenario> {
  const databaseUrl = await freshDatabase()
  const [taskQueue, folder, store] = [freshTaskQueue(), temporaryFolder(), temporaryFolder()]
  const temporal = await connectTemporal(process.env)
  const connections = new Connections({ controlUrl: databaseUrl, environment: process.env })
  whenFileEnds(async () => {
    await connections.close()
    await temporal.connection.close()
  })
  let started = 0
  const start: Scenario['start'] = (input) =>
    temporal.workflow.start<typeof scoreBatch>('scoreBatch', {
      taskQueue,
      workflowId: `${taskQueue}/${++started}`,
      args: [input],
    })
  return {
    databaseUrl,
    taskQueue,
    folder,
    store,
    temporal,
    connections,
    start,
    register: async (packageFolder) => {
      const options = { keys: readModelKeys(process.env), by: 'test' }
      const { model, version } = await registerModel(connections.control, packageFolder, options)
      await promoteModel(connections.control, {
        reference: `${model}@${version}`,
        alias: 'champion',
        by: 'test',
        why: null,
      })
    },
    apply: async (job) => {
      const file = path.join(folder, 'job.yaml')
      fs.writeFileSync(file, stringify(job))
      await applyJob(connections.control, await readJobFile(file), 'test')
    },
    worker: (env = {}) => startWorker({ databaseUrl, taskQueue, store, env }),
    run: async (input) => resultOf(await start(input)),
    rows: (sql, values = []) => queryRows<never>(databaseUrl, sql, values),
  }
}

/** Waits for a workflow. @throws ApplicationFailure, the innermost cause, where it failed with one */
export async function resultOf(handle: Handle): Promise<RunSummary> {
  try {
    return await handle.result()
  } catch (error) {
    let cause: unknown = error instanceof WorkflowFailedError ? error.cause : error
    while (cause instanceof Error && !(cause instanceof ApplicationFailure) && cause.cause !== undefined)
      cause = cause.cause
    throw cause
  }
}

/** Runs DuckDB SQL, unlocked: tests make their files with it, as in `COPY (SELECT …) TO '…' (FORMAT parquet)`. */
export async function duckdb(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Waits until `look` finds something. @throws after `withinMs` */
export async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> {
  for (const until = Date.now() + withinMs; ;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > until) throw new Error(`did not happen within ${withinMs} ms: ${look.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
