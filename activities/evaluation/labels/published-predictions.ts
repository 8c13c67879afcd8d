import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Column } from '../../../schemas/column'
import { predictionNames } from '../../data/sinks/prediction-names'
import { runFolder } from '../../data/sinks/parquet-sink'
import { postgresSource } from '../../data/sources/postgres'
import { quoteIdentifier } from '../../data/quote-identifier'
import { storePath } from '../../data/store/store-path'
import { workFolder } from '../../data/store/work-folder'
import type { Deps } from '../../deps'
import type { Heartbeat } from '../../heartbeat'
import { postgresTarget, type PlannedRunContext } from '../../runs/run-context'

export interface PredictionFiles {
  /** Absolute paths, or s3:// URLs, of Parquet files with the columns asked for, and maybe more. */
  readonly files: readonly string[]
  /** Folders that hold them. */
  readonly roots: readonly string[]
}

/**
 * Lends a published run's predictions to `work` as Parquet files: those of the Parquet sink where the job has one; else the run's
 * partition, read once by COPY and staged for as long as `work` goes on.
 * @param columns those that are wanted beside the keys
 */
export async function withPredictions<T>(
  deps: Pick<Deps, 'connections' | 'storeFolder'>,
  context: PlannedRunContext,
  columns: readonly string[],
  heartbeat: Heartbeat,
  work: (predictions: PredictionFiles) => Promise<T>,
): Promise<T> {
  const { run, parquet, sink } = context
  if (parquet) {
    const folder = runFolder(parquet.path, run.runId)
    const results = await sink.committedShards()
    const files = results.flatMap(({ file }) => (file ? [storePath(folder, file.name)] : []))
    return work({ files, roots: [folder] })
  }
  const stagingFolder = path.join(workFolder(deps.storeFolder), 'staged', run.runId, randomUUID())
  try {
    const files = await stagePartition(deps, context, { columns, stagingFolder, heartbeat })
    return await work({ files, roots: [...new Set(files.map((file) => path.dirname(file)))] })
  } finally {
    await rm(stagingFolder, { recursive: true, force: true })
  }
}

interface Staging {
  readonly columns: readonly string[]
  readonly stagingFolder: string
  readonly heartbeat: Heartbeat
}

async function stagePartition(
  deps: Pick<Deps, 'connections'>,
  { run, job, scan }: PlannedRunContext,
  { columns, stagingFolder, heartbeat }: Staging,
): Promise<string[]> {
  const target = postgresTarget(job)
  if (target === null) throw new Error('a job has a sink')
  const names: Pick<Column, 'name'>[] = [...scan.keys, ...columns.map((name) => ({ name }))]
  const list = [...new Set(names.map(({ name }) => name))].map(quoteIdentifier).join(', ')
  const query = `SELECT ${list} FROM ${predictionNames(target, run.runId).run}`
  const files = await postgresSource({ connection: target.connection, query }, deps.connections).files({
    job,
    batch: run.batch,
    roots: [],
    stagingFolder,
    onProgress: (rows) => heartbeat.detail({ rows }),
    signal: heartbeat.signal,
  })
  return files.map((file) => file.path)
}
