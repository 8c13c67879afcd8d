import { NightscoreError } from '../../schemas/errors'
import type { RunState } from '../../schemas/run'
import { inTransaction } from '../data/postgres/in-transaction'
import type { Deps } from '../deps'
import { loadJob } from './job-store'
import { takeOver, type Holder } from './open-run'
import { loadRun } from './run-store'

/** A run that has not asked for so long is not waiting any more: its workflow is gone, or no worker was there to ask. */
const asksAtLeastEvery = '2 minutes'

/**
 * Lets a run begin when fewer than maxConcurrentRuns of its job are at work, those that opened first going first. A held run
 * takes no place, and the number is that of the job as applied last: raising it lets waiting runs begin. Repeated by
 * Temporal until it succeeds; a run that had its turn keeps it.
 * @throws NightscoreError RUN_WAITS (retryable) while others are before it, RUN_STATE where the run is closed
 */
export async function takeTurn(deps: Deps, runId: string): Promise<void> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  const { maxConcurrentRuns } = await loadJob(control, run.job)
  if (await hasTurn(deps, run, maxConcurrentRuns)) return
  // only a job whose places are all taken asks Temporal whether the takers are still there
  await freePlaces(deps, run.job)
  if (await hasTurn(deps, run, maxConcurrentRuns)) return
  throw new NightscoreError('RUN_WAITS', {
    found: `${maxConcurrentRuns} ${maxConcurrentRuns === 1 ? 'run' : 'runs'} of ${run.job} at work or before it`,
    expected: `fewer than maxConcurrentRuns (${maxConcurrentRuns})`,
  })
}

/** Under one lock a job: of two runs that ask for one place, one gets it. */
async function hasTurn(
  deps: Deps,
  { runId, job }: { readonly runId: string; readonly job: string },
  most: number,
): Promise<boolean> {
  return inTransaction(deps.connections.control, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('nightscore turns ' || $1, 0))`, [job])
    const { rows } = await client.query<{ state: RunState; taken: boolean }>(
      `UPDATE nightscore.run SET turn_asked_at = now() WHERE run_id = $1 RETURNING state, turn_at IS NOT NULL AS taken`,
      [runId],
    )
    const [{ state, taken } = { state: 'failed', taken: false }] = rows
    if (taken) return true
    if (state !== 'opening')
      throw new NightscoreError('RUN_STATE', {
        found: `run ${runId} in state ${state}`,
        expected: 'a run that waits for its turn',
      })
    // now() is when this began to wait for the lock: the run whose place it takes may have ended since
    const { rowCount } = await client.query(
      `UPDATE nightscore.run mine SET turn_at = clock_timestamp()
       WHERE mine.run_id = $1 AND $3 > (
         SELECT count(*) FROM nightscore.run o WHERE o.job = $2 AND o.run_id <> mine.run_id AND (
           o.state IN ('planning', 'scoring', 'checking', 'publishing') OR o.state = 'opening' AND (
             o.turn_at IS NOT NULL
             OR o.turn_asked_at > now() - $4::interval AND (o.opened_at, o.run_id) < (mine.opened_at, mine.run_id))))`,
      [runId, job, most, asksAtLeastEvery],
    )
    return rowCount === 1
  })
}

/** Runs whose workflow was terminated or reset do not give their place back themselves. */
async function freePlaces(deps: Deps, job: string): Promise<void> {
  const { rows } = await deps.connections.control.query<Holder>(
    `SELECT run_id AS "runId", job, batch, workflow_id AS "workflowId", first_run_id AS "firstRunId", state, plan IS NOT NULL AS planned
     FROM nightscore.run WHERE job = $1 AND (state IN ('planning', 'scoring', 'checking', 'publishing') OR state = 'opening' AND turn_at IS NOT NULL)`,
    [job],
  )
  for (const holder of rows)
    if (!(await deps.workflowIsOpen(holder.workflowId, holder.firstRunId))) await takeOver(deps, holder)
}
