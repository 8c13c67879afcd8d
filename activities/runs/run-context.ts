import path from 'node:path'
import type { Pool } from 'pg'
import type { Column } from '../../schemas/column'
import type { JobFile, JobSnapshot } from '../../schemas/job-file'
import type { ModelManifest, ModelSignature } from '../../schemas/model-manifest'
import type { Deps } from '../deps'
import { parseTableName } from '../data/quote-identifier'
import { resolveInRoots, resolveRoots } from '../data/roots'
import type { ScanPlan } from '../data/scan-plan'
import type { ParquetOptions } from '../data/sinks/parquet-sink'
import { createRunSink } from '../data/sinks/run-sink'
import type { RunSink } from '../data/sinks/sink'
import { workFolder } from '../data/store/work-folder'
import { predictionColumns } from '../scoring/predict'
import { loadJob } from './job-store'
import { loadRun, type RunRecord } from './run-store'

/** A run with all that stays the same for it: job revision, model version, folders. */
export interface RunContext {
  readonly run: RunRecord
  readonly job: JobSnapshot
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
  /** Folders that the run may read: the data roots and its own staging folder. */
  readonly roots: readonly string[]
  readonly stagingFolder: string
  readonly predictions: readonly Column[]
  /** The model scored in the same pass; null: none. */
  readonly shadow: ShadowVersion | null
  /** Where the Parquet sink writes; null: the job has none. */
  readonly parquet: ParquetOptions | null
}

/** The shadow of a run. */
export interface ShadowVersion {
  /** name@version */
  readonly reference: string
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
}

/** A context whose run is planned. */
export interface PlannedRunContext extends RunContext {
  readonly scan: ScanPlan
  readonly sink: RunSink
}

export async function loadRunContext(deps: Deps, runId: string): Promise<RunContext> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  const [job, row, shadow] = await Promise.all([
    loadJob(control, run.job, run.jobRevision),
    loadVersion(control, run.model, run.modelVersion),
    run.shadow && loadVersion(control, run.shadow.model, run.shadow.version),
  ])
  const dataRoots = await resolveRoots(job.folder, deps.dataRoots)
  const stagingFolder = path.join(workFolder(deps.storeFolder), 'staged', runId)
  return {
    run,
    job,
    ...row,
    shadow: run.shadow && shadow && { reference: `${run.shadow.model}@${run.shadow.version}`, ...shadow },
    roots: [...dataRoots, stagingFolder],
    stagingFolder,
    predictions: predictionColumns(row.manifest, row.signature),
    parquet: await parquetOptions(job, dataRoots),
  }
}

async function loadVersion(
  control: Pool,
  model: string,
  version: number,
): Promise<{ readonly manifest: ModelManifest; readonly signature: ModelSignature }> {
  const { rows } = await control.query<{ manifest: ModelManifest; signature: ModelSignature }>(
    'SELECT manifest, signature FROM nightscore.model_version WHERE model = $1 AND version = $2',
    [model, version],
  )
  if (!rows[0]) throw new Error(`model version ${model}@${version} is gone in spite of its foreign key`)
  return rows[0]
}

/** @param plan the run's plan where it was made just now; else the stored one */
export function withSink(
  deps: Deps,
  context: RunContext,
  plan: ScanPlan | null = context.run.plan,
): PlannedRunContext {
  if (plan === null) throw new Error(`run ${context.run.runId} has no plan yet`)
  const { run, job, predictions, parquet } = context
  const sink = createRunSink({
    connections: deps.connections,
    run: {
      runId: run.runId,
      job: run.job,
      batch: run.batch,
      revision: run.revision,
      modelVersion: run.modelVersion,
      keys: plan.keys,
      carry: plan.carry,
      predictions,
    },
    postgres: postgresTarget(job),
    parquet,
  })
  return { ...context, scan: plan, sink }
}

/** The table of the Postgres sink, taken apart; null: the job has none. */
export function postgresTarget(job: JobFile) {
  const { postgres } = job.sink
  if (postgres === undefined) return null
  const { table, connection } =
    typeof postgres === 'string' ? { table: postgres, connection: undefined } : postgres
  return { ...parseTableName(table), connection, concurrency: job.sink.concurrency }
}

/** Where the job's Parquet sink writes and how; null: it has none. */
export async function parquetOptions(
  job: JobSnapshot,
  dataRoots: readonly string[],
): Promise<ParquetOptions | null> {
  const { parquet } = job.sink
  if (parquet === undefined) return null
  const options =
    typeof parquet === 'string'
      ? { path: parquet, compression: 'zstd' as const, version: 'v2' as const }
      : parquet
  return { ...options, path: await resolveInRoots(options.path, job.folder, dataRoots) }
}
