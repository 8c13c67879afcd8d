import type { CompareModelsInput, ComparisonProgress, ComparisonSummary } from '../../schemas/comparison'
import type { compareModels } from '../../workflows/compare-models'
import type { CliIo } from './cli-io'
import { followWorkflow } from './follow-workflow'
import { count, tell } from './output'
import type { Session } from './session'

/** Starts a comparison; several may go on at a time, each batch of a job in one of them. */
export async function startComparison(session: Session, input: CompareModelsInput) {
  const client = await session.temporal()
  const { job, champion = '', challenger = '' } = input
  return client.workflow.start<typeof compareModels>('compareModels', {
    taskQueue: session.config.taskQueue,
    workflowId: `compare/${job}/${champion}-${challenger}/${Date.now()}`,
    args: [input],
    staticSummary: `Compare ${challenger} with ${champion} on ${job}`.slice(0, 200),
  })
}

/**
 * Follows a comparison to its end, with a line at each change.
 * @returns undefined where Ctrl-C ended the following: the comparison goes on
 */
export async function followComparison(
  io: CliIo,
  session: Session,
  handle: Awaited<ReturnType<typeof startComparison>>,
): Promise<ComparisonSummary | undefined> {
  const summary = await followWorkflow(io, session, handle, progressLine)
  if (summary === undefined) tell(io, `Detached: the comparison goes on as workflow ${handle.workflowId}.`)
  return summary
}

function progressLine({ job, scored, batches, underWay }: ComparisonProgress): string | undefined {
  if (batches === 0) return undefined
  const under = underWay.length > 0 ? `; under way: ${underWay.join(', ')}` : ''
  return `${job}  ${count(scored)}/${count(batches)} batches scored by both${under}`
}
