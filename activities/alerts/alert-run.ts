import type { AlertRun } from '../../schemas/alert'
import type { Deps } from '../deps'
import { loadRun } from '../runs/run-store'
import { tellableError } from './compose-alert'

/** What an alert tells of a run. @throws NightscoreError RUN_NOT_FOUND */
export async function alertRun(
  { connections, serviceUrl }: Pick<Deps, 'connections' | 'serviceUrl'>,
  runId: string,
): Promise<AlertRun> {
  const { control } = connections
  const run = await loadRun(control, runId)
  const { rows } = await control.query<{ why: string; until: Date }>(
    `SELECT held_why AS why, held_until AS until FROM nightscore.run WHERE run_id = $1 AND state = 'held'`,
    [runId],
  )
  const [hold] = rows
  return {
    runId,
    revision: run.revision,
    model: `${run.model}@${run.modelVersion}`,
    state: run.state,
    verdict: run.verdict,
    headline: run.headline,
    report: run.headline === null ? null : reportPlace(serviceUrl, runId),
    rows: run.rows,
    error: run.errorCode === null ? null : tellableError(run.errorCode, run.errorMessage ?? ''),
    hold: hold ? { why: hold.why, until: hold.until.toISOString() } : null,
  }
}

const reportPlace = (serviceUrl: string | undefined, runId: string): string =>
  serviceUrl === undefined ? `nightscore report ${runId.slice(0, 8)}` : `${serviceUrl}/reports/${runId}`
