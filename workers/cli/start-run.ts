import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { batchKeySchema } from '../../schemas/batch-key'
import { NightscoreError } from '../../schemas/errors'
import type { ScoreBatchInput } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import type { scoreBatch } from '../../workflows/score-batch'
import type { RunHandle } from './follow-run'
import type { Session } from './session'

/** Input of a run from the command line: its batch is always named. */
export type NamedBatchInput = ScoreBatchInput & { readonly batch: string }

/**
 * Starts the workflow of a batch, under the id that schedules use too: one at a time.
 * @throws NightscoreError BATCH_KEY_INVALID, RUN_IN_PROGRESS
 */
export async function startRun(session: Session, input: NamedBatchInput): Promise<RunHandle> {
  const batch = strictParse(batchKeySchema, input.batch, 'BATCH_KEY_INVALID', 'batch')
  const workflowId = `score/${input.job}/${batch}`
  const client = await session.temporal()
  try {
    return await client.workflow.start<typeof scoreBatch>('scoreBatch', {
      taskQueue: session.config.taskQueue,
      workflowId,
      args: [input],
      staticSummary: `Score ${input.job} ${batch}`.slice(0, 200),
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    throw new NightscoreError('RUN_IN_PROGRESS', {
      found: `workflow ${workflowId} under way`,
      expected: 'no run of this batch under way',
      cause: error,
    })
  }
}
