import type { AlertReference } from '../../schemas/alert'
import type { RunState } from '../../schemas/run'
import type { Deps } from '../deps'
import { alertRun } from './alert-run'
import { composeAlert } from './compose-alert'
import { recordAlert } from './record-alert'

export interface JudgeBatchInput {
  readonly job: string
  readonly batch: string
  /** ISO 8601 */
  readonly due: string
}

export interface JudgedBatch {
  readonly isLate: boolean
  /** Of the batch's newest run; null: there is none. */
  readonly state: RunState | null
  /** What is to be sent; null: nothing, or it was told before. */
  readonly alert: AlertReference | null
}

/** Whether a batch that is due is published; where not, that is put on record as an alert. A batch is late once. */
export async function judgeBatch(
  deps: Pick<Deps, 'connections' | 'serviceUrl'>,
  { job, batch, due }: JudgeBatchInput,
): Promise<JudgedBatch> {
  const { control } = deps.connections
  const { rows } = await control.query<{ runId: string; state: RunState; published: boolean }>(
    `SELECT run_id AS "runId", state, bool_or(state = 'published') OVER () AS published FROM nightscore.run
     WHERE job = $1 AND batch = $2 ORDER BY revision DESC LIMIT 1`,
    [job, batch],
  )
  const [newest] = rows
  const state = newest?.state ?? null
  if (newest?.published === true) return { isLate: false, state, alert: null }
  const run = newest === undefined ? null : await alertRun(deps, newest.runId)
  const at = new Date().toISOString()
  const payload = composeAlert({ event: 'late', job, batch, at, due, run })
  return { isLate: true, state, alert: await recordAlert(control, `late ${job} ${batch}`, payload) }
}
