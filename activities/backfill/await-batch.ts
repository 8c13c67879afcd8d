import { NightscoreError } from '../../schemas/errors'
import { activeStates, type RunState } from '../../schemas/run'
import type { Deps } from '../deps'

export interface AwaitBatchInput {
  readonly job: string
  readonly batch: string
}

/** How a batch stands that somebody else's run had taken. */
export type BatchStanding = 'published' | 'held' | 'free'

/**
 * Waits until no other run of the batch is at work; repeated by Temporal until it succeeds. A held run is not waited for.
 * @throws NightscoreError RUN_WAITS (retryable) while one is
 */
export async function awaitBatch(
  { connections }: Pick<Deps, 'connections'>,
  { job, batch }: AwaitBatchInput,
): Promise<BatchStanding> {
  const { rows } = await connections.control.query<{ runId: string; state: RunState }>(
    `SELECT run_id AS "runId", state FROM nightscore.run WHERE job = $1 AND batch = $2 AND state = ANY ($3)`,
    [job, batch, [...activeStates, 'published']],
  )
  const active = rows.find(({ state }) => state !== 'published')
  if (active?.state === 'held') return 'held'
  if (active)
    throw new NightscoreError('RUN_WAITS', {
      found: `run ${active.runId} of ${job} ${batch}, ${active.state}, which somebody else started`,
      expected: 'its end',
      fix: 'Nothing: the backfill goes on by itself.',
    })
  return rows.length > 0 ? 'published' : 'free'
}
