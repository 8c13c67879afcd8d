import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DataType, type Data, type RecordBatch } from 'apache-arrow'
import { planSource } from '../../activities/data/plan-source'
import type { Connections } from '../../activities/data/postgres/connections'
import { resolveRoots } from '../../activities/data/roots'
import { sandboxFor } from '../../activities/data/sandbox'
import { scanColumns, type ScanPlan } from '../../activities/data/scan-plan'
import { scanShard } from '../../activities/data/scan-shard'
import type { PlannedSource } from '../../activities/data/source'
import { BatchScorer, type ScoredBatch } from '../../activities/scoring/batch-scorer'
import { openSession } from '../../activities/scoring/open-session'
import { predictionColumns } from '../../activities/scoring/predict'
import type { ThreadModel } from '../../activities/scoring/score-shard-task'
import type { QuarantineReason } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import { valueAt, type PlainValue } from '../../activities/scoring/value-at'

type Values = Readonly<Record<string, PlainValue>>

/** A row as a run would take it: scored, or quarantined with the reason. */
export interface PreviewedRow {
  readonly key: Values
  readonly carry: Values
  /** As the model gets them, before missing values are filled; a category as its code. */
  readonly features: Values
  readonly prediction: Values | null
  readonly quarantined: {
    readonly column: string
    readonly reason: QuarantineReason
    readonly detail: string
  } | null
}

export interface PreviewOptions {
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
export async function previewBatch(options: PreviewOptions): Promise<PreviewedRow[]> {
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
  { model, rows, signal }: PreviewOptions,
  { files, scan }: PlannedSource,
  roots: readonly string[],
): Promise<PreviewedRow[]> {
  const sandbox = await sandboxFor(roots)
  const session = await openSession(new Uint8Array(model.bytes))
  const scorer = new BatchScorer(session, model, scan)
  const previewed: PreviewedRow[] = []
  try {
    for (const file of files) {
      const rowEnd = file.rowGroups.reduce((sum, count) => sum + count, 0)
      const shard = { sandbox, file, rowStart: 0, rowEnd, scan, manifest: model.manifest, signal }
      for await (const whole of scanShard(shard)) {
        const scanned = whole.slice(0, rows - previewed.length)
        previewed.push(...describe(scanned, scan, model, await scorer.score(scanned)))
        if (previewed.length >= rows) return previewed
      }
    }
    return previewed
  } finally {
    await session.release()
  }
}

function describe(
  scanned: RecordBatch,
  scan: ScanPlan,
  model: ThreadModel,
  scored: ScoredBatch,
): PreviewedRow[] {
  const columns = predictionColumns(model.manifest, model.signature)
  const place = new Map(Array.from(scored.rows, (row, at) => [row, at]))
  const fault = new Map(scored.faults.map(({ index, ...why }) => [index, why]))
  const read = (
    planned: readonly { readonly name: string }[],
    column: (i: number) => string,
    row: number,
  ): Values =>
    Object.fromEntries(planned.map(({ name }, i) => [name, cell(scanned.getChild(column(i))?.data[0], row)]))
  return Array.from({ length: scanned.numRows }, (_, row) => {
    const at = place.get(row)
    return {
      key: read(scan.keys, scanColumns.key, row),
      carry: read(scan.carry, scanColumns.carry, row),
      features: read(scan.features, scanColumns.feature, row),
      prediction:
        at === undefined
          ? null
          : Object.fromEntries(columns.map(({ name }, i) => [name, cell(scored.predictions[i], at)])),
      quarantined: fault.get(row) ?? null,
    }
  })
}

/** A value as JSON can hold it; a list feature is the one form that keys and predictions do not have. */
function cell(data: Data | undefined, row: number): PlainValue {
  if (data === undefined) return null
  if (!DataType.isFixedSizeList(data.type)) return valueAt(data, row)
  const { listSize } = data.type
  const [elements] = data.children
  if (!data.getValid(row) || elements === undefined) return null
  return Array.from({ length: listSize }, (_, i) => valueAt(elements, row * listSize + i))
}
