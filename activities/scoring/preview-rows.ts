import { scanColumns } from '../data/scan-plan'
import { sandboxFor } from '../data/sandbox'
import { scanShard } from '../data/scan-shard'
import type { PlannedSource } from '../data/source'
import { columnOf } from '../features/check-keys'
import { BatchScorer } from './batch-scorer'
import { openSession } from './open-session'
import { predictionColumns } from './predict'
import type { ThreadModel } from './score-shard-task'
import { rowAnswers, type RowAnswer } from './score-rows'
import { valueAt, type PlainValue } from './value-at'

/** A row of the source as a run would write it. */
export interface PreviewRow {
  /** Key and carried columns by name. */
  readonly columns: Readonly<Record<string, PlainValue>>
  readonly answer: RowAnswer
}

export interface PreviewOptions {
  readonly model: ThreadModel
  readonly planned: PlannedSource
  /** Folders that the planned files lie in. */
  readonly roots: readonly string[]
  readonly rows: number
  readonly signal: AbortSignal
}

/**
 * Scores the first rows of a planned source, in file order, exactly as a run would, and writes nothing. Runs in the
 * calling thread.
 * @returns at most `rows` rows, fewer where the source has no more for which `where` is true
 */
export async function previewRows({
  model,
  planned,
  roots,
  rows,
  signal,
}: PreviewOptions): Promise<PreviewRow[]> {
  const { scan, files } = planned
  const { manifest, signature } = model
  const names = predictionColumns(manifest, signature).map((column) => column.name)
  const sandbox = await sandboxFor(roots)
  const session = await openSession(new Uint8Array(model.bytes))
  const preview: PreviewRow[] = []
  try {
    const scorer = new BatchScorer(session, model, scan, () => signal.throwIfAborted())
    for (const file of files) {
      const rowEnd = file.rowGroups.reduce((sum, group) => sum + group, 0)
      for await (const batch of scanShard({ sandbox, file, rowStart: 0, rowEnd, scan, manifest, signal })) {
        const data = [
          ...scan.keys.map(({ name }, i) => [name, columnOf(batch, scanColumns.key(i))] as const),
          ...scan.carry.map(({ name }, i) => [name, columnOf(batch, scanColumns.carry(i))] as const),
        ]
        const answers = rowAnswers(await scorer.score(batch), batch.numRows, names)
        for (const [i, answer] of answers.entries()) {
          if (preview.length === rows) return preview
          const columns = data.map(([name, column]) => [name, valueAt(column, i)] as const)
          preview.push({ columns: Object.fromEntries(columns), answer })
        }
      }
    }
    return preview
  } finally {
    await session.release()
  }
}
