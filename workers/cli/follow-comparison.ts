import { setTimeout as sleep } from 'node:timers/promises'
import type { WorkflowHandle } from '@temporalio/client'
import type { CompareModelsInput, ComparisonProgress, ComparisonSummary } from '../../schemas/comparison'
import type { compareModels } from '../../workflows/compare-models'
import type { CliIo } from './cli-io'
import { followWorkflow } from './follow-workflow'
import { count, tell } from './output'
import type { Session } from './session'

/** Between two looks at how far it is, in milliseconds. */
const lookEveryMs = 2_000

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
  const ended = new AbortController()
  const watching = tellProgress(io, handle, ended.signal)
  const summary = await followWorkflow(io, session, handle).finally(() => ended.abort())
  await watching
  if (summary === undefined) tell(io, `Detached: the comparison goes on as workflow ${handle.workflowId}.`)
  return summary
}

/** Errors of looking are passed over: what is shown must not end what is shown. */
async function tellProgress(
  io: CliIo,
  handle: WorkflowHandle<typeof compareModels>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (;;) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const progress = await handle.query<ComparisonProgress>('progress').catch(() => undefined)
    const line = progress && progress.batches > 0 ? progressLine(progress) : undefined
    if (line !== undefined && line !== told) tell(io, line)
    told = line ?? told
  }
}

function progressLine({ job, scored, batches, underWay }: ComparisonProgress): string {
  const under = underWay.length > 0 ? `; under way: ${underWay.join(', ')}` : ''
  return `${job}  ${count(scored)}/${count(batches)} batches scored by both${under}`
}
