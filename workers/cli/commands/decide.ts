import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import { findRun } from '../../../activities/runs/run-store'
import { NightscoreError } from '../../../schemas/errors'
import type { HoldDecision, RunSummary } from '../../../schemas/run'
import type { CliIo } from '../cli-io'
import { closedWorkflow } from '../closed-workflow'
import { hindrance } from '../hindrance'
import { printOutcome, tell } from '../output'
import { operator, withSession } from '../session'
import { describeSummary, shortId } from './run-batch'

/** After this a worker that takes the decision is looked for, in milliseconds. */
const lookAfterMs = 4_000

/**
 * `run approve RUN` and `run reject RUN`: decides on a run that a gate holds, and waits until that is carried out.
 * @throws NightscoreError RUN_STATE where it is not held, or somebody else decided first
 */
export function decide(
  io: CliIo,
  decision: 'approve' | 'reject',
  id: string,
  { why, json }: { readonly why: string; readonly json?: true },
): Promise<void> {
  return withSession(io, async (session) => {
    const run = await findRun(session.connections.control, id)
    if (run.state !== 'held')
      throw new NightscoreError('RUN_STATE', {
        found: `run ${shortId(run.runId)} ${run.state}${run.hold?.decision ? `, ${run.hold.decision} by ${run.hold.decidedBy}` : ''}`,
        expected: 'a held run',
      })
    const client = await session.temporal()
    const handle = client.workflow.getHandle(run.workflowId, undefined, {
      firstExecutionRunId: run.firstRunId,
    })
    const decided = new AbortController()
    const told = sleep(lookAfterMs, undefined, { signal: decided.signal }).then(
      async () => {
        const obstacle = hindrance((await handle.describe()).raw, session.config.taskQueue, Date.now())
        if (obstacle !== undefined) tell(io, obstacle)
      },
      () => undefined,
    )
    try {
      const made: HoldDecision = { by: operator(), why }
      const summary = await handle.executeUpdate<RunSummary, [HoldDecision]>(decision, { args: [made] })
      printOutcome(io, json, summary, describeSummary(summary))
    } catch (error) {
      if (!(error instanceof WorkflowUpdateFailedError)) throw closedWorkflow(run, error)
      throw new NightscoreError('RUN_STATE', {
        found: error.cause instanceof Error ? error.cause.message : error.message,
        expected: 'a held run that nobody has decided on',
        cause: error,
      })
    } finally {
      decided.abort()
      await told.catch(() => undefined)
    }
  })
}
