import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { RollbackRunInput, RollbackSummary } from '../schemas/rollback'
import { republishRun } from './activities'
import { attributePairs } from './search-attributes'

/** Swap a batch back to a revision that was published before. The next run of the batch replaces it as usual. */
export async function rollbackRun(input: RollbackRunInput): Promise<RollbackSummary> {
  const { workflowId, firstExecutionRunId } = workflowInfo()
  const summary = await republishRun({ input, request: `${workflowId} ${firstExecutionRunId}` })
  const { job, batch, from, to, by, why } = summary
  upsertSearchAttributes(attributePairs({ job, batch, model: to.model }))
  setCurrentDetails(
    `**rolled back**: ${batch} from revision ${from.revision} (${from.model}) to ${to.revision} (${to.model}), by ${by}: ${why}`,
  )
  return summary
}
