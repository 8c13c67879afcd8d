import { activeStates } from '../../schemas/run'
import type { Deps } from '../deps'
import { loadRun, recordPublished } from './run-store'
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
 * committed shards of a failed or cancelled one stay, so that it can be resumed. The batch's former predictions are not touched.
 */
export async function closeRun(deps: Deps, { runId, state, code, message }: CloseRunInput): Promise<void> {
  const { control } = deps.connections
  const run = await loadRun(control, runId)
  // a rejected run can never be resumed, so nothing of its predictions is kept
  if (run.plan !== null) await closeSink(deps, runId, { keep: state !== 'rejected' })
  await control.query(
    `UPDATE nightscore.run SET state = $2, error_code = $3, error_message = $4, ended_at = now()
     WHERE run_id = $1 AND state = ANY ($5)`,
    [runId, state, code, message, activeStates],
  )
}

/**
 * Closes a run's fence: no shard of it commits any more. A run that became visible before its worker could say so is
 * recorded as published instead: readers see it.
 */
export async function closeSink(
  deps: Deps,
  runId: string,
  { keep }: { readonly keep: boolean } = { keep: true },
): Promise<void> {
  const { run, sink } = withSink(deps, await loadRunContext(deps, runId))
  const isPublished = !(await sink.close({ keep }))
  // one that was visible and was replaced, or rolled back from, is on record already
  const isActive = activeStates.some((state) => state === run.state)
  if (isPublished && isActive) await recordPublished(deps.connections.control, runId)
}
