import { randomUUID } from 'node:crypto'
import { realpath, rm } from 'node:fs/promises'
import path from 'node:path'
import { NightscoreError } from '../../../schemas/errors'
import type { JobSnapshot } from '../../../schemas/job-file'
import { csvSource } from '../../data/sources/csv'
import { workFolder } from '../../data/store/work-folder'
import type { Deps } from '../../deps'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { arriveLabels, type Arrived } from './arrive-labels'
import { labelKeys } from './job-labels'

export interface LabelFile {
  readonly job: JobSnapshot
  readonly task: AccuracyTask
  /** Parquet, or CSV by its ending; any path that this process can read. */
  readonly file: string
  /** undefined: for whichever batch has the key. */
  readonly batch: string | undefined
  /** The label's column; undefined: the job's labels.column. */
  readonly column: string | undefined
  readonly by: string
  readonly signal: AbortSignal
}

/**
 * Takes a file of labels as an arrival, key columns as in the job's `labels`.
 * @throws LABELS_INVALID where a column is missing or not named, or a value is no label; SOURCE_NO_FILES, SOURCE_FILE_UNREADABLE
 */
export async function loadLabelFile(
  deps: Pick<Deps, 'connections' | 'storeFolder'>,
  { job, task, file, batch, column, by, signal }: LabelFile,
): Promise<Arrived> {
  const named = column ?? job.labels?.column
  if (named === undefined)
    throw new NightscoreError('LABELS_INVALID', {
      found: `no labels in job "${job.name}", and no label column named`,
      expected: 'the column that holds the label',
      fix: 'Name it with --column, or add labels to the job.',
    })
  const absolute = await existing(file)
  const stagingFolder = path.join(workFolder(deps.storeFolder), 'staged', 'labels', randomUUID())
  try {
    const files = isCsv(absolute) ? await staged(absolute, { job, batch, stagingFolder, signal }) : [absolute]
    return await arriveLabels(deps, {
      job: job.name,
      batch: batch ?? null,
      by,
      task,
      source: absolute,
      files,
      readable: [...new Set(files.map((one) => path.dirname(one)))],
      names: { keys: labelKeys(job, job.labels), column: named },
      where: undefined,
      signal,
    })
  } finally {
    await rm(stagingFolder, { recursive: true, force: true })
  }
}

const isCsv = (file: string): boolean => /\.(csv|tsv|txt)(\.gz)?$/i.test(file)

async function staged(
  file: string,
  { job, batch, ...scope }: Pick<LabelFile, 'job' | 'batch' | 'signal'> & { readonly stagingFolder: string },
): Promise<string[]> {
  const source = csvSource({ path: file, delimiter: /\.tsv/i.test(file) ? '\t' : undefined })
  const folder = path.dirname(file)
  const files = await source.files({
    ...scope,
    job: { ...job, folder },
    batch: batch ?? '',
    roots: [folder],
    onProgress: () => undefined,
  })
  return files.map((one) => one.path)
}

async function existing(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (cause) {
    throw new NightscoreError('SOURCE_NO_FILES', {
      found: `no file ${file}`,
      expected: 'a Parquet or CSV file of labels',
      fix: 'Check the path.',
      cause,
    })
  }
}
