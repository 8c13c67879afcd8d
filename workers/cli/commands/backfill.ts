import { loadJob } from '../../../activities/runs/job-store'
import type { CliIo } from '../cli-io'
import { backfillExitCode, backfillLines, followBackfill, startBackfill } from '../follow-backfill'
import { printOutcome } from '../output'
import { withSession } from '../session'

export interface BackfillOptions {
  readonly from: string
  readonly to: string
  readonly inFlight: number
  readonly redo?: true
  readonly stopOnFailure?: true
  readonly model?: string
  readonly detach?: true
  readonly json?: true
}

/**
 * `backfill JOB --from A --to B`: scores a range of batches and follows it. One backfill of a job at a time.
 * @returns 1 where a batch failed, 3 where one is held, 130 after Ctrl-C
 */
export function backfillJob(io: CliIo, job: string, options: BackfillOptions): Promise<number> {
  return withSession(io, async (session) => {
    await loadJob(session.connections.control, job) // a misspelt name is told here, before a workflow fails on it
    const { from, to, inFlight, redo = false, stopOnFailure = false, model } = options
    const handle = await startBackfill(session, {
      ...{ job, from, to, inFlight, redo, stopOnFailure },
      ...(model !== undefined && { model }),
    })
    const { workflowId } = handle
    if (options.detach) {
      const started = { workflowId, job, from, to }
      printOutcome(io, options.json, started, [`Started ${workflowId}: ${job} ${from} to ${to}.`])
      return 0
    }
    const summary = await followBackfill(io, session, handle)
    if (summary === undefined) return 130
    printOutcome(io, options.json, summary, backfillLines(summary))
    return backfillExitCode(summary)
  })
}
