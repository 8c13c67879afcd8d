import type { PoolClient } from 'pg'
import { alertReferenceSchema, type AlertPayload } from '../../schemas/alert'
import { NightscoreError } from '../../schemas/errors'
import { strictParse } from '../../schemas/strict-parse'
import { inTransaction } from '../data/postgres/in-transaction'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'
import { postAlert, type Posted } from './post-alert'
import { readWebhook } from './webhook'

/** How an alert was sent. */
export interface SentAlert {
  readonly attempts: number
  /** HTTP status of the receiver's answer. */
  readonly status: number | null
}

interface Row {
  readonly job: string
  readonly payload: AlertPayload
  readonly attempts: number
  readonly status: number | null
  readonly sent: boolean
}

/**
 * Sends an alert to its job's webhook and records how that went; one that was sent is not sent again. The row is locked meanwhile:
 * of two attempts at once the second finds what came of the first. A worker that dies between the answer and the record sends it
 * twice, under one Idempotency-Key.
 * @param input of the workflow, unchecked
 * @throws NightscoreError ALERT_FAILED (retryable), ALERT_REFUSED, CONNECTION_NOT_SET, CONFIG_INVALID, INPUT_INVALID
 */
export async function sendAlert(
  deps: Pick<Deps, 'connections' | 'environment'>,
  input: unknown,
): Promise<SentAlert> {
  const { alertId } = strictParse(alertReferenceSchema, input, 'INPUT_INVALID', 'input')
  const { control } = deps.connections
  const outcome = await inTransaction(control, async (client) => {
    const alert = await lockAlert(client, alertId)
    if (alert.sent) return { ...alert, error: null }
    const posted = await post(deps, alertId, alert)
    const attempts = alert.attempts + 1
    await client.query(
      `UPDATE nightscore.alert SET attempts = $2, response_status = $3, last_error = $4, state = $5, attempted_at = clock_timestamp(),
         sent_at = CASE WHEN $5 = 'sent' THEN clock_timestamp() END WHERE alert_id = $1`,
      [alertId, attempts, posted.status, posted.error?.message ?? null, posted.error ? 'failed' : 'sent'],
    )
    return { attempts, ...posted }
  })
  if (outcome.error) throw outcome.error
  return { attempts: outcome.attempts, status: outcome.status }
}

async function lockAlert(client: PoolClient, alertId: string): Promise<Row> {
  const { rows } = await client.query<Row>(
    `SELECT job, payload, attempts, response_status AS status, state = 'sent' AS sent FROM nightscore.alert
     WHERE alert_id = $1 FOR UPDATE`,
    [alertId],
  )
  if (rows[0]) return rows[0]
  throw new NightscoreError('INPUT_INVALID', {
    found: `alertId = ${JSON.stringify(alertId)}`,
    expected: 'alertId: the id of an alert in nightscore.alert',
  })
}

async function post(
  { connections, environment }: Pick<Deps, 'connections' | 'environment'>,
  alertId: string,
  { job, payload }: Row,
): Promise<Posted> {
  try {
    const { alerts } = await loadJob(connections.control, job)
    if (alerts === undefined)
      throw new NightscoreError('INPUT_INVALID', {
        found: `job "${job}" without alerts`,
        expected: 'alerts: { webhook: NIGHTSCORE_CONNECTION_… } in its file',
      })
    return await postAlert(readWebhook(environment, alerts.webhook), alertId, JSON.stringify(payload))
  } catch (error) {
    if (error instanceof NightscoreError) return { status: null, error }
    throw error
  }
}
