import { z } from 'zod'
import { batchKeySchema } from './batch-key'
import type { AlertEvent } from './job-operations'
import type { RowCounts, RunState } from './run'

/**
 * The body of a webhook's message, JSON: `text` is what Slack and those like it show; the rest is for programs. Aggregates only: no
 * row, no key, no secret.
 */
export interface AlertPayload {
  readonly text: string
  readonly event: AlertEvent | 'test'
  readonly job: string
  readonly batch: string | null
  /** When the cause was found, ISO 8601. */
  readonly at: string
  /** late: when the batch was due, ISO 8601. */
  readonly due?: string
  /** null: there is none. Of late: the batch's newest. */
  readonly run: AlertRun | null
  /** fail: why no run could be opened. */
  readonly error?: AlertRun['error']
  /** What to do about it. */
  readonly fix: string
}

export interface AlertRun {
  readonly runId: string
  readonly revision: number
  readonly model: string
  readonly state: string
  readonly verdict: string | null
  /** The first line of its report. */
  readonly headline: string | null
  /** Where that is: an address, or the command that shows it; null: it has none. */
  readonly report: string | null
  readonly rows: RowCounts | null
  readonly error: { readonly code: string; readonly message: string } | null
  /** Held: which gate, and until when it is waited for a decision (ISO 8601). */
  readonly hold: { readonly why: string; readonly until: string } | null
}

/** An alert that is on record, to be sent; the input of the deliverAlert workflow. */
export const alertReferenceSchema = z.strictObject({ alertId: z.uuid() })
export type AlertReference = z.infer<typeof alertReferenceSchema>

/** Input of the watchBatch workflow. */
export const watchBatchInputSchema = z.strictObject({
  job: z.string().min(1),
  batch: batchKeySchema
    .optional()
    .describe('Default: the job’s day or hour before the scheduled or start time, as scoreBatch takes it'),
})
export type WatchBatchInput = z.input<typeof watchBatchInputSchema>

/** What watchBatch returns. */
export interface WatchSummary {
  readonly job: string
  readonly batch: string
  /** When the batch was to be published, ISO 8601; null: the job tells nobody of late batches, so none is watched. */
  readonly due: string | null
  readonly isLate: boolean
  /** The newest run of the batch at that time; null: none. */
  readonly state: RunState | null
}
