import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import path from 'node:path'
import { fileSha256 } from '../../../../activities/data/source-file'
import type {
  ComparedBatch,
  ComparisonTask,
} from '../../../../activities/evaluation/comparison/comparison-task'
import type { ComparisonFigure, ComparisonOutcome } from '../../../../schemas/comparison'
import { temporaryFolder } from '../../../stack/fresh'
import { duckdb } from '../../../stack/scenario'

const folder = temporaryFolder()

/** A query's rows as a Parquet file. */
export async function writeParquet(query: string): Promise<{ path: string; rows: number; sha256: string }> {
  const file = path.join(folder, `${randomUUID()}.parquet`)
  await duckdb(`COPY (${query}) TO '${file}' (FORMAT parquet)`)
  if (!statSync(file).isFile()) throw new Error(file)
  const [[rows] = []] = await duckdb(`SELECT count(*) FROM '${file}'`)
  return { path: file, rows: Number(rows), sha256: await fileSha256(file) }
}

/** A batch from queries: pair files in shard order, and labels as they arrive. */
export async function batchOf(
  batch: string,
  pairs: readonly string[],
  labels: readonly string[] = [],
): Promise<ComparedBatch> {
  const files = []
  for (const query of pairs) files.push(await writeParquet(query))
  const arrivals = []
  for (const [i, query] of labels.entries()) {
    const { path: file, sha256 } = await writeParquet(query)
    arrivals.push({ path: file, sha256, loadId: i + 1, ofThisBatch: true })
  }
  return { batch, files, arrivals }
}

const binary = {
  columns: [
    { name: 'score', type: 'real' },
    { name: 'label', type: 'boolean' },
  ],
  classes: [],
} as const

/** Of a binary task with the key `id` and the segment `place`, but for what is given. */
export function taskOf(
  batches: readonly ComparedBatch[],
  more: Partial<ComparisonTask> = {},
): ComparisonTask {
  return {
    task: 'binary',
    batches,
    roots: [folder],
    labelsFolder: folder,
    keys: [{ name: 'id', type: 'bigint' }],
    segments: ['place'],
    champion: binary,
    challenger: binary,
    rtol: 1e-4,
    atol: 1e-5,
    margin: 0.005,
    ...more,
  }
}

/** The figure of that name over all rows, or of a segment or direction. */
export function figureOf(
  { figures }: Pick<ComparisonOutcome, 'figures'>,
  metric: string,
  { segment = null, direction = null }: { segment?: string | null; direction?: string | null } = {},
): ComparisonFigure {
  const found = figures.find(
    (one) => one.metric === metric && one.segment === segment && one.direction === direction,
  )
  if (found === undefined)
    throw new Error(`no ${metric} among ${figures.map((one) => one.metric).join(', ')}`)
  return found
}
