import { watchBatchInputSchema } from '../../schemas/alert'
import { batchKeySchema } from '../../schemas/batch-key'
import { durationMs } from '../../schemas/duration'
import { strictParse } from '../../schemas/strict-parse'
import { batchOfTime } from '../../workflows/plan/batch-of-time'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'

export interface PlanWatchInput {
  /** The workflow's input as it came, unchecked. */
  readonly input: unknown
  /** When the batch's run was due to start: the scheduled time; ISO 8601. */
  readonly scheduledAt: string
}

/** A batch to be watched. */
export interface PlannedWatch {
  readonly job: string
  readonly batch: string
  /** When it is to be published, ISO 8601; null: nobody wants to hear of it. */
  readonly due: string | null
  /** From now until then; 0 where that is past. */
  readonly waitMs: number
}

/**
 * Which batch is to be published until when, by the job as applied last.
 * @throws NightscoreError INPUT_INVALID, JOB_NOT_FOUND, BATCH_KEY_INVALID
 */
export async function planWatch(
  { connections }: Pick<Deps, 'connections'>,
  { input, scheduledAt }: PlanWatchInput,
): Promise<PlannedWatch> {
  const request = strictParse(watchBatchInputSchema, input, 'INPUT_INVALID', 'input')
  const job = await loadJob(connections.control, request.job)
  const named = request.batch ?? batchOfTime(job.batch, scheduledAt)
  const batch = strictParse(batchKeySchema, named, 'BATCH_KEY_INVALID', 'batch')
  const after = job.schedule?.due
  if (after === undefined || job.alerts?.on.includes('late') !== true)
    return { job: job.name, batch, due: null, waitMs: 0 }
  const dueMs = Date.parse(scheduledAt) + durationMs(after)
  return {
    job: job.name,
    batch,
    due: new Date(dueMs).toISOString(),
    waitMs: Math.max(0, dueMs - Date.now()),
  }
}
