import { z } from 'zod'
import { batchKeySchema } from './batch-key'
import type { QuarantineReason } from './errors'
import type { GateAction } from './metric'

export const runStates = [
  'opening',
  'planning',
  'scoring',
  'checking',
  'held',
  'publishing',
  'published',
  'failed',
  'cancelled',
  'rejected',
  'superseded',
] as const
export type RunState = (typeof runStates)[number]

/** States in which a run holds its batch: no second run may open. */
export const activeStates = [
  'opening',
  'planning',
  'scoring',
  'checking',
  'held',
  'publishing',
] as const satisfies RunState[]

/** Input of the scoreBatch workflow, as typed into the Temporal UI's start form. */
export const scoreBatchInputSchema = z.strictObject({
  job: z.string().min(1),
  batch: batchKeySchema
    .optional()
    .describe('Default: the job’s day or hour before the scheduled or start time'),
  model: z.string().optional().describe('name@version or name@alias instead of the job’s own'),
  resume: z.uuid().optional().describe('The run to go on with: only its missing shards are scored'),
  publish: z.boolean().default(true).describe('false: score and check, but leave the batch as it is'),
  shadow: z
    .string()
    .optional()
    .describe('name@version or name@alias: scored in the same pass and compared, instead of the job’s own'),
  comparedBefore: batchKeySchema
    .optional()
    .describe('Only batches before this one count as the batch’s past: set by backfill'),
})
export type ScoreBatchInput = z.input<typeof scoreBatchInputSchema>

/** Rows of a shard or run. read = scored + quarantined + filtered. */
export interface RowCounts {
  readonly read: number
  readonly scored: number
  readonly quarantined: number
  readonly filtered: number
}

/** Where the time of a shard went, in milliseconds of the thread's wall clock. */
export interface ShardTimings {
  readonly readMs: number
  readonly encodeMs: number
  readonly inferMs: number
  readonly writeMs: number
  readonly totalMs: number
  /** Of inferMs: runs of the model by duration, in bins of 2 %: round(ln(ms) / ln(1.02)) -> runs. */
  readonly inferRuns: Readonly<Record<string, number>>
  readonly profileMs: number
  /** All that the shadow took: its encoding, its inference, its pair file. 0 without one. */
  readonly shadowMs: number
}

/** A file that a shard wrote, relative to the run's folder. */
export interface SinkFile {
  readonly name: string
  readonly rows: number
  readonly sizeBytes: number
  readonly sha256: string
}

/** What a shard came to; stored with its predictions, in their transaction (nightscore_commit.result). */
export interface ShardResult extends RowCounts {
  readonly shardNo: number
  /** sha256 over the shard's rows as written (binary COPY bytes), so that two attempts can be compared. */
  readonly digest: string
  /** Sum over the score (binary, multiclass) or prediction (regression) column; null for raw. */
  readonly scoreSum: number | null
  readonly outOfRange: Readonly<Record<string, number>>
  readonly quarantinedBy: Readonly<Partial<Record<QuarantineReason, number>>>
  readonly timings: ShardTimings
  readonly file: SinkFile | null
  /** What the model and its shadow made of each row that either scored, in the run's pairs folder; null without a shadow. */
  readonly pairs: SinkFile | null
}

/** A row that could not be scored. */
export interface QuarantinedRow {
  /** Row number within the source file, from 0. */
  readonly rowNumber: number
  /** The key's values as text, null where null. */
  readonly key: readonly (string | null)[]
  readonly column: string | null
  readonly reason: QuarantineReason
  readonly detail: string
  /** The whole source row as JSON text; null beyond the first rows of a shard (see quarantine.ts). */
  readonly raw: string | null
}

/** Input of the evaluateBatch workflow. */
export const evaluateBatchInputSchema = z.strictObject({
  job: z.string().min(1),
  batch: batchKeySchema,
})
export type EvaluateBatchInput = z.input<typeof evaluateBatchInputSchema>

/** What evaluateBatch returns. */
export interface EvaluationSummary {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly model: string
  /** 1, 2, 3 ... of the run; the former one where no label is new; 0: no label has come yet, nothing is stored. */
  readonly version: number
  /** false: no label came since the former evaluation, which is told again. */
  readonly changed: boolean
  readonly asOf: string
  readonly scored: number
  readonly labelled: number
  readonly unknown: number
  readonly conflicts: number
  readonly mature: boolean
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skipped'
  /** Where the report is: a URL, or the command that shows it. */
  readonly report?: string
  /** The main figures of the task by name, such as roc_auc and log_loss. */
  readonly metrics: Readonly<Record<string, number | null>>
}

/** Who decides on a held run, and why: the input of the Updates approve and reject. */
export interface HoldDecision {
  readonly by: string
  readonly why: string
}

/** That a gate held a run back, and what became of it. */
export interface RunHold {
  /** Which gate, and what it found. */
  readonly why: string
  /** ISO 8601, as the other times here. */
  readonly at: string
  /** When a run that nobody decided on is rejected. */
  readonly until: string
  readonly decision: 'approved' | 'rejected' | null
  readonly decidedBy: string | null
  readonly decidedAt: string | null
  readonly decisionWhy: string | null
}

/** What scoreBatch returns: small, readable in the Temporal UI. */
export interface RunSummary {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly revision: number
  readonly model: string
  readonly state: RunState
  readonly shards: number
  readonly rows: RowCounts
  readonly rowsPerSecond: number
  /** Worst of metrics and gates; null before the run is checked. */
  readonly verdict: GateAction | null
  /** The report's first line. */
  readonly headline: string | null
  /** Where its report is: a URL, or the command that shows it; null before there is one. */
  readonly report: string | null
  /** Of a held run: why, until when, and the workflow that takes the decision. */
  readonly hold?: { readonly why: string; readonly until: string; readonly workflowId: string }
}
