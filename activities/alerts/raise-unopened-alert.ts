import type { AlertReference } from '../../schemas/alert'
import { batchOfTime } from '../../workflows/plan/batch-of-time'
import type { Deps } from '../deps'
import { loadJob } from '../runs/job-store'
import { composeAlert, tellableError } from './compose-alert'
import { recordAlert } from './record-alert'

export interface RaiseUnopenedAlertInput {
  readonly job: string
  /** The scheduled time, ISO 8601. */
  readonly due: string
  /** Why no run could be opened: a code of docs/errors.md. */
  readonly code: string
  readonly message: string
}

/**
 * Puts on record that a scheduled start came to no run, such as one whose model's alias is gone, where the job wants to hear of
 * failures. The same reason for the same batch is one cause.
 * @returns what is to be sent; null where nothing is
 * @throws NightscoreError JOB_NOT_FOUND
 */
export async function raiseUnopenedAlert(
  { connections: { control } }: Pick<Deps, 'connections'>,
  { job: name, due, code, message }: RaiseUnopenedAlertInput,
): Promise<AlertReference | null> {
  const { alerts, batch: rule } = await loadJob(control, name)
  if (alerts?.on.includes('fail') !== true) return null
  const batch = batchOfTime(rule, due)
  const error = tellableError(code, message)
  const at = new Date().toISOString()
  const payload = composeAlert({ event: 'fail', job: name, batch, at, run: null, error })
  return recordAlert(control, `unopened ${name} ${batch} ${code}`, payload)
}
