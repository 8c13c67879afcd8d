import { z } from 'zod'
import { batchKeySchema } from './batch-key'

/** Input of the backfill workflow, as typed into the Temporal UI's start form. */
export const backfillInputSchema = z.strictObject({
  job: z.string().min(1),
  from: batchKeySchema.describe('The first day or hour, such as 2013-02-01 or 2013-02-01T00'),
  to: batchKeySchema.describe('The last one, included'),
  inFlight: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Batches at a time; no more than the job’s maxConcurrentRuns get on'),
  redo: z.boolean().default(false).describe('true: score published batches again'),
  stopOnFailure: z
    .boolean()
    .default(false)
    .describe('true: start no further batch after one that failed or is held'),
  model: z.string().optional().describe('name@version or name@alias instead of the job’s own'),
})
export type BackfillInput = z.input<typeof backfillInputSchema>
export type BackfillRequest = z.output<typeof backfillInputSchema>

/** A batch that could not be published. */
export interface BackfillFailure {
  readonly batch: string
  /** A code of docs/errors.md, or CANCELLED, TIMEOUT, UNEXPECTED. */
  readonly code: string
  readonly message: string
}

/** batches = published + skipped + held + failed + those not started. */
export interface BackfillCounts {
  readonly batches: number
  readonly published: number
  /** Published before, and not to be done again. */
  readonly skipped: number
  /** A gate holds them; they wait for approve or reject. */
  readonly held: number
  readonly failed: number
}

/** How far a backfill is: the answer of its query `progress`. */
export interface BackfillProgress extends BackfillCounts {
  readonly job: string
  readonly from: string
  readonly to: string
  readonly underWay: readonly string[]
  /** The first ten, by time. */
  readonly firstFailures: readonly BackfillFailure[]
  readonly seconds: number
}

/** What backfill returns: small, readable in the Temporal UI. */
export interface BackfillSummary extends BackfillCounts {
  readonly job: string
  readonly from: string
  readonly to: string
  /** Left out by stopOnFailure. */
  readonly notStarted: number
  readonly firstFailures: readonly BackfillFailure[]
  readonly seconds: number
}
