import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DataType, type Data, type RecordBatch } from 'apache-arrow'
import { planSource } from '../../activities/data/plan-source'
import type { Connections } from '../../activities/data/postgres/connections'
import { resolveRoots } from '../../activities/data/roots'
import { withLocalSources } from '../../activities/data/s3/local-copies'
import { sandboxFor } from '../../activities/data/sandbox'
import { scanColumns, type ScanPlan } from '../../activities/data/scan-plan'
import { scanShard } from '../../activities/data/scan-shard'
import type { PlannedSource } from '../../activities/data/source'
import { columnOf } from '../../activities/features/check-keys'
import { BatchScorer } from '../../activities/scoring/batch-scorer'
import { openSession } from '../../activities/scoring/open-session'
import { predictionColumns } from '../../activities/scoring/predict'
import { rowAnswers, type RowAnswer } from '../../activities/scoring/score-rows'
import type { ThreadModel } from '../../activities/scoring/score-shard-task'
import { valueAt, type PlainValue } from '../../activities/scoring/value-at'
import type { JobSnapshot } from '../../schemas/job-file'

type Values = Readonly<Record<string, PlainValue>>

/** A row as a run would take it. */
export interface PreviewRow {
  /** Key and carried columns by name. */
  readonly columns: Values
  /** As the model is given them, before missing values are filled; a category as its code. */
  readonly features: Values
  readonly answer: RowAnswer
}

export interface PreviewBatchOptions {
  readonly connections: Connections
  readonly dataRoots: readonly string[]
  readonly job: JobSnapshot
  readonly batch: string
  readonly model: ThreadModel
  readonly rows: number
  readonly onProgress: (rows: number) => void
  readonly signal: AbortSignal
}

/** The batch's first rows for which `where` is true, scored as a run would; a source that must be staged is, for the while. */
export async function previewBatch(options: PreviewBatchOptions): Promise<PreviewRow[]> {
  const { connections, dataRoots, job, batch, model, onProgress, signal } = options
  const stagingFolder = await realpath(await mkdtemp(path.join(tmpdir(), 'nightscore-preview-')))
  try {
    const roots = await resolveRoots(job.folder, dataRoots)
    const scope = { job, batch, roots, stagingFolder, onProgress, signal }
    const planned = await planSource(connections)(scope, model.manifest, model.signature)
    return await scoreFirst(options, planned, [...roots, stagingFolder])
  } finally {
    await rm(stagingFolder, { recursive: true, force: true })
  }
}

async function scoreFirst(
  { model, rows, signal }: PreviewBatchOptions,
  { files, scan }: PlannedSource,
  roots: readonly string[],
): Promise<PreviewRow[]> {
  const names = predictionColumns(model.manifest, model.signature).map((column) => column.name)
  const session = await openSession(new Uint8Array(model.bytes), model.signature)
  const previewed: PreviewRow[] = []
  try {
    const scorer = new BatchScorer(session, model, scan, () => signal.throwIfAborted())
    for (const file of files) {
      const rowEnd = file.rowGroups.reduce((sum, count) => sum + count, 0)
      await withLocalSources(
        [file],
        async (local) => {
          const sandbox = await sandboxFor([...roots, ...local.roots])
          const shard = { rowStart: 0, rowEnd, scan, manifest: model.manifest, signal }
          for await (const scanned of scanShard({ ...shard, sandbox, file: local.files[0]! })) {
            const answers = rowAnswers(await scorer.score(scanned), scanned.numRows, names)
            previewed.push(...describe(scanned, scan, answers.slice(0, rows - previewed.length)))
            if (previewed.length >= rows) return
          }
        },
        signal,
      )
      if (previewed.length >= rows) break
    }
    return previewed
  } finally {
    await session.release()
  }
}

function describe(scanned: RecordBatch, scan: ScanPlan, answers: readonly RowAnswer[]): PreviewRow[] {
  const columns = [
    ...scan.keys.map(({ name }, i) => [name, columnOf(scanned, scanColumns.key(i))] as const),
    ...scan.carry.map(({ name }, i) => [name, columnOf(scanned, scanColumns.carry(i))] as const),
  ]
  const features = scan.features.map(
    ({ name }, i) => [name, columnOf(scanned, scanColumns.feature(i))] as const,
  )
  const row = (named: typeof columns, at: number): Values =>
    Object.fromEntries(named.map(([name, data]) => [name, cell(data, at)]))
  return answers.map((answer, at) => ({ columns: row(columns, at), features: row(features, at), answer }))
}

/** A value as JSON can hold it; a list feature is the one form that keys and predictions do not have. */
function cell(data: Data, row: number): PlainValue {
  if (!DataType.isFixedSizeList(data.type)) return valueAt(data, row)
  const { listSize } = data.type
  const [elements] = data.children
  if (!data.getValid(row) || elements === undefined) return null
  return Array.from({ length: listSize }, (_, i) => valueAt(elements, row * listSize + i))
}
