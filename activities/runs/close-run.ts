import { activeStates } from '../../schemas/run'
import type { Deps } from '../deps'
import { loadRun } from './run-store'
import { loadRunContext, withSink } from './run-context'

export interface CloseRunInput {
  readonly runId: string
  readonly state: 'failed' | 'cancelled' | 'rejected'
  /** docs/errors.md */
  readonly code: string
  readonly message: string
}

/**
 * Records why a run ended without publishing. Its fence is closed first, so no shard commits afterwards; manifest and
 * committed shards stay, so that it can be resumed. The batch's former predictions are not touched.
 */
export async function closeRun(deps: Deps, { runId, state, code, message }: CloseRunInput): Promise<void> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  if (run.plan !== null) await withSink(deps, await loadRunContext(deps, runId)).sink.close({ keep: true })
  await control.query(
    `UPDATE nightscore.run SET state = $2, error_code = $3, error_message = $4, ended_at = now()
     WHERE run_id = $1 AND state = ANY ($5)`,
    [runId, state, code, message, activeStates],
  )
}
