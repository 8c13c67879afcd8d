import { WorkflowIdConflictPolicy } from '@temporalio/client'
import { batchKeySchema } from '../../schemas/batch-key'
import type { EvaluationSummary } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import type { evaluateBatch } from '../../workflows/evaluate-batch'
import type { CliIo } from './cli-io'
import { followWorkflow } from './follow-workflow'
import type { Session } from './session'

/**
 * Starts the evaluation of a batch, or joins the one that is under way, and waits for its end.
 * @returns undefined where Ctrl-C ended the waiting: the evaluation goes on
 * @throws NightscoreError BATCH_KEY_INVALID; Temporal's WorkflowFailedError, its innermost cause the error of the evaluation
 */
export async function followEvaluation(
  io: CliIo,
  session: Session,
  input: { readonly job: string; readonly batch: string },
): Promise<EvaluationSummary | undefined> {
  const batch = strictParse(batchKeySchema, input.batch, 'BATCH_KEY_INVALID', 'batch')
  const client = await session.temporal()
  const handle = await client.workflow.start<typeof evaluateBatch>('evaluateBatch', {
    taskQueue: session.config.taskQueue,
    workflowId: `evaluate/${input.job}/${batch}`,
    workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
    args: [{ job: input.job, batch }],
    staticSummary: `Evaluate ${input.job} ${batch}`.slice(0, 200),
  })
  return followWorkflow(io, session, handle)
}
