import { z } from 'zod'

/** Input of the maintain workflow, as typed into the Temporal UI's start form. */
export const maintainInputSchema = z.strictObject({
  retentionDays: z
    .number()
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe('Instead of retention.days of every job'),
  dryRun: z.boolean().default(false).describe('true: tell what would be dropped, drop nothing'),
})
export type MaintainInput = z.input<typeof maintainInputSchema>

/** What is dropped, by kind. */
export const droppedKinds = {
  revisions: 'Predictions of superseded revisions',
  leftovers: 'What failed, cancelled, rejected and trial runs left',
  staged: 'Staged source files of ended runs',
  pairs: 'Files of both models’ forecasts, side by side',
  quarantine: 'Quarantined rows',
  disagreements: 'Rows that two models told differently of',
  profiles: 'Profiles of runs',
  references: 'References that no kept run is compared with',
  labels: 'Files of labels that arrived',
  alerts: 'Alerts',
} as const
export type DroppedKind = keyof typeof droppedKinds

/** `count` runs, folders, rows or files, by kind; `bytes` where they are known, else 0. */
export interface Dropped {
  readonly kind: DroppedKind
  readonly count: number
  readonly bytes: number
}

/** What was done for one job, or for what belongs to none. */
export interface Maintained {
  readonly dropped: readonly Dropped[]
  /** What could not be dropped this time, as messages. The next maintenance takes it up again. */
  readonly errors: readonly string[]
}

/** What maintain returns. */
export interface MaintainSummary extends Maintained {
  readonly dryRun: boolean
  readonly jobs: number
  readonly bytes: number
}
