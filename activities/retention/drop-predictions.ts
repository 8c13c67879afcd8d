import { inTransaction } from '../data/postgres/in-transaction'
import { lockBatch } from '../runs/lock-batch'
import { retainedSink } from './retained-sink'
import { leftoverDays, type RetentionTask } from './retention-task'
import { revisionsToDrop, type PublishedRevision } from './revisions-to-drop'

interface Candidate {
  readonly runId: string
  readonly batch: string
  readonly revision: number
}

/** Drops superseded revisions beyond retention.revisions of each batch: partition, files, commits. */
export async function dropRevisions(task: RetentionTask): Promise<void> {
  const { deps, job, tally, heartbeat } = task
  const { rows } = await deps.connections.control.query<Candidate>(
    `SELECT run_id AS "runId", batch, revision FROM (
       SELECT *, count(*) OVER (PARTITION BY batch) AS revisions, bool_or(dropped_at IS NOT NULL) OVER (PARTITION BY batch) AS begun
       FROM nightscore.run WHERE job = $1 AND published_at IS NOT NULL AND dropped_bytes IS NULL) AS published
     WHERE revisions > $2 OR begun ORDER BY batch, revision`,
    [job.name, job.retention.revisions],
  )
  for (const batch of new Set(rows.map((row) => row.batch)))
    await tally.attempt(`batch ${batch}`, heartbeat, async () => {
      const standing = await standings(
        task,
        rows.filter((row) => row.batch === batch),
      )
      for (const { runId, bytes } of revisionsToDrop(standing, job.retention.revisions))
        await tally.attempt(`revision of batch ${batch}, run ${runId}`, heartbeat, () =>
          dropRun(task, runId, bytes, 'revisions'),
        )
    })
}

async function standings(
  { deps }: RetentionTask,
  candidates: readonly Candidate[],
): Promise<(PublishedRevision & { readonly bytes: number })[]> {
  const found = []
  for (const { runId, revision } of candidates) {
    const standing = await (await retainedSink(deps, runId)).standing()
    if (standing !== null) found.push({ runId, revision, ...standing })
  }
  return found
}

/** Drops what runs that ended without publishing left, a week after their end: they cannot be resumed any more. */
export async function dropLeftovers(task: RetentionTask): Promise<void> {
  const { deps, job, tally, heartbeat } = task
  const { rows } = await deps.connections.control.query<Candidate>(
    `SELECT run_id AS "runId", batch, revision FROM nightscore.run
     WHERE job = $1 AND state IN ('failed', 'cancelled', 'rejected') AND published_at IS NULL AND dropped_bytes IS NULL
       AND coalesce(ended_at, opened_at) < now() - $2 * interval '1 day' ORDER BY opened_at`,
    [job.name, leftoverDays],
  )
  for (const { runId } of rows)
    await tally.attempt(`run ${runId}`, heartbeat, async () => {
      const sink = await retainedSink(deps, runId)
      const standing = await sink.standing()
      if (standing?.isVisible === true) return // its worker died before it could say so: readers see it
      await dropRun(task, runId, standing?.bytes ?? 0, 'leftovers')
    })
}

/** Marks a run as dropped, so that nobody resumes it, and drops it. One that became visible meanwhile stays. */
async function dropRun(
  { deps, dryRun, tally, heartbeat }: RetentionTask,
  runId: string,
  bytes: number,
  kind: 'revisions' | 'leftovers',
): Promise<void> {
  const { control } = deps.connections
  if (dryRun) return tally.add(kind, bytes > 0 ? 1 : 0, bytes)
  if (!(await markDropped({ deps }, runId))) return
  const sink = await retainedSink(deps, runId)
  if (kind === 'leftovers') await sink.close({ keep: true })
  const freed = await sink.discard()
  await control.query(
    'UPDATE nightscore.run SET dropped_at = CASE WHEN $2::bigint IS NOT NULL THEN dropped_at END, dropped_bytes = $2 WHERE run_id = $1',
    [runId, freed],
  )
  if (freed === null) return
  tally.add(kind, freed > 0 ? 1 : 0, freed)
  heartbeat.detail({ dropped: 1 })
}

/** @returns false for a run that is under way, or visible, by now */
async function markDropped({ deps }: Pick<RetentionTask, 'deps'>, runId: string): Promise<boolean> {
  return inTransaction(deps.connections.control, async (client) => {
    const { rows } = await client.query<{ job: string; batch: string }>(
      'SELECT job, batch FROM nightscore.run WHERE run_id = $1',
      [runId],
    )
    const [run] = rows
    if (run === undefined) return false
    await lockBatch(client, run.job, run.batch) // no run of the batch is opened, resumed or rolled back meanwhile
    const { rowCount } = await client.query(
      `UPDATE nightscore.run SET dropped_at = coalesce(dropped_at, now())
       WHERE run_id = $1 AND state IN ('failed', 'cancelled', 'rejected', 'superseded')`,
      [runId],
    )
    return rowCount === 1
  })
}
