import type { Pool } from 'pg'
import type { AlertPayload } from '../../schemas/alert'

/** A row of nightscore.alert. */
export interface AlertRecord {
  readonly alertId: string
  readonly event: AlertPayload['event']
  readonly job: string
  readonly batch: string | null
  readonly runId: string | null
  readonly state: 'pending' | 'sent' | 'failed'
  readonly attempts: number
  readonly responseStatus: number | null
  readonly lastError: string | null
  readonly createdAt: Date
  readonly sentAt: Date | null
}

const selectAlerts = `
  SELECT alert_id AS "alertId", event, job, batch, run_id AS "runId", state, attempts, response_status AS "responseStatus",
         last_error AS "lastError", created_at AS "createdAt", sent_at AS "sentAt"
  FROM nightscore.alert`

/** The newest first. */
export async function listAlerts(
  pool: Pool,
  { job, limit }: { readonly job?: string | undefined; readonly limit: number },
): Promise<AlertRecord[]> {
  const { rows } = await pool.query<AlertRecord>(
    `${selectAlerts} WHERE ($1::text IS NULL OR job = $1) ORDER BY created_at DESC LIMIT $2`,
    [job ?? null, limit],
  )
  return rows
}

/** One that is there. */
export async function loadAlert(pool: Pool, alertId: string): Promise<AlertRecord> {
  const { rows } = await pool.query<AlertRecord>(`${selectAlerts} WHERE alert_id = $1`, [alertId])
  return rows[0]!
}
