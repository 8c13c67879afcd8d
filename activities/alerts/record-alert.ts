import type { Pool } from 'pg'
import type { AlertPayload, AlertReference } from '../../schemas/alert'
import { jsonText } from '../data/postgres/json-text'

/**
 * Puts an alert on record under its cause. One that is there already stays as it is.
 * @returns what is to be sent; null where the cause was told before
 */
export async function recordAlert(
  pool: Pool,
  cause: string,
  payload: AlertPayload,
): Promise<AlertReference | null> {
  const { event, job, batch, run } = payload
  await pool.query(
    `INSERT INTO nightscore.alert (cause, event, job, batch, run_id, payload) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (cause) DO NOTHING`,
    [cause, event, job, batch, run?.runId ?? null, jsonText(payload)],
  )
  const { rows } = await pool.query<AlertReference>(
    `SELECT alert_id AS "alertId" FROM nightscore.alert WHERE cause = $1 AND state <> 'sent'`,
    [cause],
  )
  return rows[0] ?? null
}
