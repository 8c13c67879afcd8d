import type { Pool } from 'pg'
import type { AlertRun } from '../../schemas/alert'
import { loadRun } from '../runs/run-store'
import { tellableError } from './compose-alert'

/** What an alert tells of a run. @throws NightscoreError RUN_NOT_FOUND */
export async function alertRun(pool: Pool, runId: string): Promise<AlertRun> {
  const run = await loadRun(pool, runId)
  const { rows } = await pool.query<{ why: string; until: Date }>(
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
    rows: run.rows,
    error: run.errorCode === null ? null : tellableError(run.errorCode, run.errorMessage ?? ''),
    hold: hold ? { why: hold.why, until: hold.until.toISOString() } : null,
  }
}
