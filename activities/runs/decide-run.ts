import { NightscoreError } from '../../schemas/errors'
import type { HoldDecision, RunSummary } from '../../schemas/run'
import type { Deps } from '../deps'
import { closeRun } from './close-run'
import { loadRun, summarize } from './run-store'

export interface DecideRunInput extends HoldDecision {
  readonly runId: string
  readonly decision: 'approved' | 'rejected'
}

/**
 * Records who decided on a held run, and why. A rejected one is closed: it is never published, and its predictions are removed.
 * The first decision stands.
 * @throws NightscoreError RUN_STATE where the run is not held
 */
export async function decideRun(
  deps: Deps,
  { runId, decision, by, why }: DecideRunInput,
): Promise<RunSummary> {
  const { control } = deps.connections
  await control.query(
    `UPDATE nightscore.run SET decision = $2, decided_by = $3, decision_why = $4, decided_at = now()
     WHERE run_id = $1 AND state = 'held' AND decision IS NULL`,
    [runId, decision, by, why],
  )
  const { hold, state } = await loadRun(control, runId)
  if (hold?.decision !== decision)
    throw new NightscoreError('RUN_STATE', {
      found: `run ${runId} in state ${state}${hold?.decision ? `, ${hold.decision} by ${hold.decidedBy}` : ''}`,
      expected: 'a held run that nobody has decided on',
    })
  if (decision === 'rejected') {
    const code = by === 'timeout' ? 'HOLD_TIMED_OUT' : 'HOLD_REJECTED'
    const { message } = new NightscoreError(code, {
      found: `held by ${hold.why}; rejected by ${by}: ${why}`,
      expected: 'an approval',
    })
    await closeRun(deps, { runId, state: 'rejected', code, message })
  }
  return summarize(await loadRun(control, runId))
}
