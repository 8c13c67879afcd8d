import { z } from 'zod'
import { batchKeySchema } from './batch-key'

/** Input of the rollbackRun workflow. */
export const rollbackRunInputSchema = z.strictObject({
  job: z.string().min(1),
  batch: batchKeySchema,
  to: z
    .union([z.number().int().min(1), z.uuid()])
    .optional()
    .describe(
      'Revision or run id that was published before; default: what was visible before the present one',
    ),
  why: z.string().trim().min(1).max(1_000).describe('The reason, kept in nightscore.publication_change'),
  by: z.string().trim().min(1).max(200).optional().describe('Who asks for it; default: the workflow'),
})
export type RollbackRunInput = z.input<typeof rollbackRunInputSchema>

/** A revision of a batch as a rollback tells it. */
export interface RolledRevision {
  readonly runId: string
  readonly revision: number
  /** name@version */
  readonly model: string
}

/** What rollbackRun returns. */
export interface RollbackSummary {
  readonly job: string
  readonly batch: string
  /** Visible before. */
  readonly from: RolledRevision
  /** Visible from then on. */
  readonly to: RolledRevision
  /** ISO 8601 */
  readonly changedAt: string
  readonly by: string
  readonly why: string
}
