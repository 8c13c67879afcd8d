import type { AlertReference } from '../../schemas/alert'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'
import { loadRun } from '../runs/run-store'
import { alertRun } from './alert-run'
import { composeAlert } from './compose-alert'
import { recordAlert } from './record-alert'

export interface RaiseAlertInput {
  readonly runId: string
  readonly event: 'fail' | 'hold'
}

/**
 * Puts on record that a run failed or is held, where its job (as applied last) wants to hear of that. A run that fails again for
 * the same reason after it was resumed, and this activity repeated, are one cause. Trial runs (`publish: false`) raise none.
 * @returns what is to be sent; null where nothing is
 */
export async function raiseAlert(
  deps: Pick<Deps, 'connections' | 'serviceUrl'>,
  { runId, event }: RaiseAlertInput,
): Promise<AlertReference | null> {
  const { control } = deps.connections
  const { job, batch, errorCode, hold } = await loadRun(control, runId)
  const { alerts } = await loadJob(control, job)
  if (alerts?.on.includes(event) !== true || (await isTrial(control, runId))) return null
  const run = await alertRun(deps, runId)
  // decided on, resumed, or visible after all by now
  if (event === 'hold' ? run.hold === null : run.error === null) return null
  const cause = event === 'fail' ? `fail ${runId} ${errorCode}` : `hold ${runId} ${hold?.at}`
  const at = new Date().toISOString()
  return recordAlert(control, cause, composeAlert({ event, job, batch, at, run }))
}

async function isTrial(control: Deps['connections']['control'], runId: string): Promise<boolean> {
  const { rows } = await control.query('SELECT FROM nightscore.run WHERE run_id = $1 AND NOT publish', [
    runId,
  ])
  return rows.length > 0
}
