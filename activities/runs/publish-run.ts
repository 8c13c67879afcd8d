import { log } from '@temporalio/activity'
import { NightscoreError } from '../../schemas/errors'
import type { RunSummary } from '../../schemas/run'
import type { Deps } from '../deps'
import { closeRun } from './close-run'
import { loadRun, recordPublished, summarize } from './run-store'
import { loadRunContext, withSink } from './run-context'

/**
 * Makes a checked run the batch's visible one; a run started with `publish: false` ends as rejected instead.
 * What earlier failed or cancelled runs of the batch left behind is removed: it can no longer be resumed.
 */
export async function publishRun(deps: Deps, runId: string): Promise<RunSummary> {
  const { control } = deps.connections
  const context = withSink(deps, await loadRunContext(deps, runId))
  if (!context.run.publish) {
    await closeRun(deps, {
      runId,
      state: 'rejected',
      code: 'NOT_PUBLISHED',
      message: 'The run was started with publish: false.',
    })
    return summarize(await loadRun(control, runId))
  }
  const { rowCount } = await control.query(
    `UPDATE nightscore.run SET state = 'publishing' WHERE run_id = $1 AND state IN ('checking', 'held', 'publishing', 'published') AND checked_at IS NOT NULL`,
    [runId],
  )
  if (rowCount === 0)
    throw new NightscoreError('RUN_STATE', {
      found: `run ${runId} in state ${context.run.state}`,
      expected: 'a checked run',
    })
  await context.sink.publish()
  await recordPublished(control, runId)
  await removeLeftovers(deps, runId)
  return summarize(await loadRun(control, runId))
}

/** The run is published whether this succeeds or not; what stays is tried again when the batch is published next. */
async function removeLeftovers(deps: Deps, runId: string): Promise<void> {
  const { rows } = await deps.connections.control.query<{ runId: string }>(
    `SELECT r.run_id AS "runId" FROM nightscore.run r JOIN nightscore.run p USING (job, batch)
     WHERE p.run_id = $1 AND r.revision < p.revision AND r.state IN ('failed', 'cancelled') AND r.plan IS NOT NULL`,
    [runId],
  )
  for (const left of rows)
    try {
      await withSink(deps, await loadRunContext(deps, left.runId)).sink.close({ keep: false })
    } catch (error) {
      log.warn('What an earlier run left could not be removed', { runId: left.runId, error })
    }
}
