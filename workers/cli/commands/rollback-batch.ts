import type { Pool } from 'pg'
import { loadJob } from '../../../activities/runs/job-store'
import { findRun } from '../../../activities/runs/run-store'
import { batchKeySchema } from '../../../schemas/batch-key'
import { strictParse } from '../../../schemas/strict-parse'
import type { CliIo } from '../cli-io'
import { followWorkflow } from '../follow-workflow'
import { printOutcome, tell } from '../output'
import { operator, withSession } from '../session'
import { startRollback } from '../start-rollback'

export interface RollbackBatchOptions {
  readonly batch: string
  readonly to?: string
  readonly why: string
  readonly json?: true
}

/**
 * `run rollback JOB --batch B`: swaps the batch back, and waits until readers see it. A worker does it: it has the connections.
 * @returns 130 after Ctrl-C
 */
export function rollbackBatch(
  io: CliIo,
  job: string,
  { batch, to, why, json }: RollbackBatchOptions,
): Promise<number> {
  return withSession(io, async (session) => {
    const { control } = session.connections
    await loadJob(control, job) // a misspelt name is told here, before a workflow fails on it
    const target = to === undefined ? undefined : await revisionOrRun(control, to)
    const handle = await startRollback(session, {
      job,
      batch: strictParse(batchKeySchema, batch, 'BATCH_KEY_INVALID', 'batch'),
      ...(target !== undefined && { to: target }),
      why,
      by: operator(),
    })
    const summary = await followWorkflow(io, session, handle)
    if (summary === undefined) {
      tell(io, `Detached: the rollback goes on, as workflow ${handle.workflowId}.`)
      return 130
    }
    const { from, to: now } = summary
    printOutcome(io, json, summary, [
      `${job} ${batch}: readers see revision ${now.revision} (${now.model}) again, not revision ${from.revision} (${from.model}).`,
    ])
    return 0
  })
}

/** A run's id may begin with digits, but not be so short. @throws NightscoreError RUN_NOT_FOUND */
async function revisionOrRun(control: Pool, text: string): Promise<number | string> {
  return /^\d{1,6}$/.test(text) ? Number(text) : (await findRun(control, text)).runId
}
