import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { NightscoreError } from '../../schemas/errors'
import type { RollbackRunInput } from '../../schemas/rollback'
import type { rollbackRun } from '../../workflows/rollback-run'
import type { Session } from './session'

/**
 * Starts the rollback of a batch. One at a time.
 * @throws NightscoreError RUN_IN_PROGRESS
 */
export async function startRollback(session: Session, input: RollbackRunInput) {
  const workflowId = `rollback/${input.job}/${input.batch}`
  const client = await session.temporal()
  try {
    return await client.workflow.start<typeof rollbackRun>('rollbackRun', {
      taskQueue: session.config.taskQueue,
      workflowId,
      args: [input],
      staticSummary: `Roll back ${input.job} ${input.batch}`.slice(0, 200),
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    throw new NightscoreError('RUN_IN_PROGRESS', {
      found: `workflow ${workflowId} under way`,
      expected: 'no rollback of this batch under way',
      fix: 'Wait for it.',
      cause: error,
    })
  }
}
