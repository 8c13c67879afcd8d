import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowIdConflictPolicy, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { batchKeySchema } from '../../schemas/batch-key'
import type { EvaluationSummary } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'
import type { evaluateBatch } from '../../workflows/evaluate-batch'
import type { CliIo } from './cli-io'
import { hindrance } from './hindrance'
import { tell } from './output'
import { resultOrDetached } from './result-or-detached'
import type { Session } from './session'

/** Between two questions to Temporal about what hinders the evaluation, in milliseconds. */
const askEveryMs = 2_000

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
  const ended = new AbortController()
  const watching = tellHindrances(io, session, handle, ended.signal)
  try {
    return await resultOrDetached(io, handle)
  } finally {
    ended.abort()
    await watching
  }
}

async function tellHindrances(
  io: CliIo,
  session: Session,
  handle: WorkflowHandleWithFirstExecutionRunId<typeof evaluateBatch>,
  signal: AbortSignal,
): Promise<void> {
  let told: string | undefined
  for (;;) {
    await sleep(askEveryMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const description = await handle.describe().catch(() => undefined)
    const obstacle = description && hindrance(description.raw, session.config.taskQueue, Date.now())
    if (obstacle !== undefined && obstacle !== told) tell(io, obstacle)
    told = obstacle
  }
}
