import path from 'node:path'
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
  /** Where the Parquet sink writes; null: the job has none. */
  readonly parquet: ParquetOptions | null
}

/** A context whose run is planned. */
export interface PlannedRunContext extends RunContext {
  readonly scan: ScanPlan
  readonly sink: RunSink
}

export async function loadRunContext(deps: Deps, runId: string): Promise<RunContext> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  const [job, version] = await Promise.all([
    loadJob(control, run.job, run.jobRevision),
    control.query<{ manifest: ModelManifest; signature: ModelSignature }>(
      'SELECT manifest, signature FROM nightscore.model_version WHERE model = $1 AND version = $2',
      [run.model, run.modelVersion],
    ),
  ])
  const row = version.rows[0]
  if (!row)
    throw new Error(`model version ${run.model}@${run.modelVersion} is gone in spite of its foreign key`)
  const dataRoots = await resolveRoots(job.folder, deps.dataRoots)
  const stagingFolder = path.join(deps.storeFolder, 'staged', runId)
  return {
    run,
    job,
    ...row,
    roots: [...dataRoots, stagingFolder],
    stagingFolder,
    predictions: predictionColumns(row.manifest, row.signature),
    parquet: await parquetOptions(job, dataRoots),
  }
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
  return { ...parseTableName(table), connection }
}

async function parquetOptions(
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
