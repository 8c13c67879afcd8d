import type { QuarantineReason } from '../../schemas/errors'
import type { JobSnapshot } from '../../schemas/job-file'
import { scanObjects } from '../data/scan-objects'
import { BatchScorer, type ScoredBatch } from './batch-scorer'
import { openSession } from './open-session'
import { predictionColumns } from './predict'
import type { ThreadModel } from './score-shard-task'
import { valueAt, type PlainValue } from './value-at'

/** What became of one row: its predictions by column, or why it cannot be scored. */
export type RowAnswer =
  | { readonly predictions: Readonly<Record<string, PlainValue>> }
  | { readonly quarantined: QuarantineReason; readonly column: string; readonly detail: string }

export interface ScoreRowsOptions {
  readonly model: ThreadModel
  /** Whose feature SQL is applied; its key, carry, where and sinks are not looked at. */
  readonly job: JobSnapshot
  /** Value of $batch in feature SQL. */
  readonly batch: string
  /** Source columns by name, as JSON has them. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/**
 * Scores rows that came as JSON, through the feature SQL, the rules and the model that a run would take them through.
 * Runs in the calling thread: meant for a few rows.
 * @returns an answer for each row, in order
 * @throws NightscoreError COLUMN_MISSING, EXPRESSION_INVALID, INPUT_INVALID, MODEL_NOT_ONNX, MODEL_RUN_FAILED
 */
export async function scoreRows({ model, job, batch, rows }: ScoreRowsOptions): Promise<RowAnswer[]> {
  const { manifest, signature } = model
  const { scan, batches } = await scanObjects({ rows, job, batch, manifest, signature })
  const session = await openSession(new Uint8Array(model.bytes), model.signature)
  try {
    const scorer = new BatchScorer(session, model, scan)
    const names = predictionColumns(manifest, signature).map((column) => column.name)
    const answers: RowAnswer[] = []
    for (const one of batches) answers.push(...rowAnswers(await scorer.score(one), one.numRows, names))
    return answers
  } finally {
    await session.release()
  }
}

/** The answer of each row of a scored batch. @param names of the prediction columns */
export function rowAnswers(scored: ScoredBatch, rows: number, names: readonly string[]): RowAnswer[] {
  const answers = new Array<RowAnswer>(rows)
  scored.rows.forEach((row, i) => {
    const predictions = names.map((name, p) => [name, valueAt(scored.predictions[p]!, i)] as const)
    answers[row] = { predictions: Object.fromEntries(predictions) }
  })
  for (const { index, reason, column, detail } of scored.faults)
    answers[index] = { quarantined: reason, column, detail }
  return answers
}
