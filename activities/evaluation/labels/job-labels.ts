import { rm } from 'node:fs/promises'
import path from 'node:path'
import { randomUUID } from 'node:crypto'
import { NightscoreError } from '../../../schemas/errors'
import type { JobFile, JobSnapshot } from '../../../schemas/job-file'
import type { Connections } from '../../data/postgres/connections'
import { fillPathTemplate } from '../../data/path-template'
import { resolveRoots } from '../../data/roots'
import { withLocalSources } from '../../data/s3/local-copies'
import type { Source, SourceFile } from '../../data/source'
import { sourceFor } from '../../data/sources/source-for'
import { workFolder } from '../../data/store/work-folder'
import type { Deps } from '../../deps'
import type { Heartbeat } from '../../heartbeat'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { arriveLabels, type Arrived } from './arrive-labels'

type Labels = NonNullable<JobFile['labels']>

export interface JobLabels {
  readonly job: JobSnapshot
  readonly batch: string
  readonly task: AccuracyTask
  readonly by: string
}

/**
 * Looks for labels where the job says that they come from, and takes what is new as an arrival for the batch.
 * @returns null where the job names no source, or nothing is there yet
 * @throws LABELS_INVALID, PATH_OUTSIDE_ROOTS, BATCH_KEY_INVALID, SOURCE_*
 */
export async function arriveJobLabels(
  deps: Pick<Deps, 'connections' | 'storeFolder' | 'dataRoots'>,
  { job, batch, task, by }: JobLabels,
  heartbeat: Heartbeat,
): Promise<Arrived | null> {
  const { labels } = job
  const named = labels && labelSource(labels, batch, deps.connections)
  if (labels === undefined || named === undefined) return null
  const roots = await resolveRoots(job.folder, deps.dataRoots)
  const stagingFolder = path.join(workFolder(deps.storeFolder), 'staged', 'labels', randomUUID())
  try {
    const files = await filesOf(named.source, {
      job,
      batch,
      roots,
      stagingFolder,
      onProgress: (rows) => heartbeat.detail({ rows }),
      signal: heartbeat.signal,
    })
    if (files === null) return null
    return await withLocalSources(
      files,
      (local) =>
        arriveLabels(deps, {
          job: job.name,
          batch,
          by,
          task,
          source: named.text,
          files: local.files.map((file) => file.path),
          // what was staged, and copies, lie outside of the roots
          readable: [
            ...new Set([...roots, ...local.roots, ...local.files.map((file) => path.dirname(file.path))]),
          ],
          names: { keys: labelKeys(job, labels), column: labels.column },
          where: labels.where,
          signal: heartbeat.signal,
        }),
      heartbeat.signal,
    )
  } finally {
    await rm(stagingFolder, { recursive: true, force: true })
  }
}

/**
 * The columns of labels that hold the job's key, in its order.
 * @throws LABELS_INVALID where they are not as many
 */
export function labelKeys(
  job: Pick<JobFile, 'key'>,
  labels: Pick<Labels, 'key'> | undefined,
): readonly string[] {
  const keys = labels?.key ?? job.key
  if (keys.length !== job.key.length)
    throw new NightscoreError('LABELS_INVALID', {
      found: `labels.key of ${keys.length} columns (${keys.join(', ')})`,
      expected: `${job.key.length}, a counterpart of each of the job’s key (${job.key.join(', ')})`,
    })
  return keys
}

function labelSource(
  { parquet, csv, postgres }: Labels,
  batch: string,
  connections: Connections,
): { readonly source: Source; readonly text: string } | undefined {
  if (parquet !== undefined)
    return { source: sourceFor({ parquet }, connections), text: fillPathTemplate(parquet, batch) }
  if (csv !== undefined)
    return { source: sourceFor({ csv }, connections), text: fillPathTemplate(csv, batch) }
  if (postgres !== undefined)
    return {
      source: sourceFor({ postgres }, connections),
      text: `postgres${postgres.connection === undefined ? '' : ` ${postgres.connection}`}: ${postgres.query}`,
    }
  return undefined
}

async function filesOf(
  source: Source,
  scope: Parameters<Source['files']>[0],
): Promise<readonly SourceFile[] | null> {
  try {
    return await source.files(scope)
  } catch (error) {
    if (error instanceof NightscoreError && error.code === 'SOURCE_NO_FILES') return null
    throw error
  }
}
