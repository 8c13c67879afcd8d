import { NightscoreError } from '../../schemas/errors'
import type { RunSummary } from '../../schemas/run'
import type { Deps } from '../deps'
import { loadRun, summarize } from './run-store'

export interface ParkRunInput {
  readonly runId: string
  /** Which gate holds the run, and what it found. */
  readonly why: string
  readonly timeoutMs: number
  /** The workflow that keeps the run from now on. */
  readonly workflowId: string
  readonly firstRunId: string
}

/**
 * Records that a gate holds a checked run back, and hands it to the workflow that waits for a decision.
 * @throws NightscoreError RUN_STATE where it is not checked, or another run has taken its batch over
 */
export async function parkRun(
  { connections }: Pick<Deps, 'connections'>,
  { runId, why, timeoutMs, workflowId, firstRunId }: ParkRunInput,
): Promise<RunSummary> {
  const { rowCount } = await connections.control.query(
    `UPDATE nightscore.run SET state = 'held', held_why = $2, workflow_id = $4, first_run_id = $5,
       held_at = coalesce(held_at, now()), held_until = coalesce(held_until, now() + $3 * interval '1 ms')
     WHERE run_id = $1 AND checked_at IS NOT NULL AND (state = 'checking' OR (state = 'held' AND first_run_id = $5))`,
    [runId, why, timeoutMs, workflowId, firstRunId],
  )
  const run = await loadRun(connections.control, runId)
  // decided on before this was repeated: the workflow that keeps the run is faster than a worker that died
  if (rowCount === 0 && run.firstRunId !== firstRunId)
    throw new NightscoreError('RUN_STATE', {
      found: `run ${runId} in state ${run.state}`,
      expected: 'a checked run',
    })
  return summarize(run)
}
