import { deleteRows, type Deletion } from './delete-rows'
import { retainedSink } from './retained-sink'
import { comparedBatches, type RetentionTask } from './retention-task'
import type { DroppedKind } from '../../schemas/maintenance'

/** Ended runs of the job $1 that are older than $2 days. */
const oldRuns = `SELECT run_id FROM nightscore.run r WHERE r.job = $1 AND r.ended_at < now() - $2 * interval '1 day'`
/** Of what readers see, or can see again, an evaluation makes the report anew from its profiles and its reference. */
const neverVisible = `(r.dropped_bytes IS NOT NULL OR r.state IN ('failed', 'cancelled', 'rejected'))`
/** Its last $3 published batches: the next runs are compared with them, whatever their age. */
const comparedRuns = `SELECT run_id FROM nightscore.run r WHERE r.job = $1 AND r.state = 'published' ORDER BY r.batch DESC LIMIT $3`
/** The batches that monitor.reference names, $4 to $5. */
const namedRuns = `SELECT run_id FROM nightscore.run r WHERE r.job = $1 AND r.state = 'published' AND r.batch BETWEEN $4 AND $5`
const droppedRuns = `SELECT run_id FROM nightscore.run r WHERE r.job = $1 AND r.dropped_bytes IS NOT NULL`

/** Drops rows of the control database that are older than the job’s days. Runs, numbers, gates, evaluations and reports stay. */
export async function dropRows(task: RetentionTask): Promise<void> {
  const { job, days } = task
  await deleteOf(task, 'quarantine', {
    table: 'quarantine',
    where: `t.run_id IN (${oldRuns})`,
    values: [job.name, days],
  })
  await deleteOf(task, 'disagreements', {
    table: 'disagreement',
    where: `t.comparison_id IN (SELECT comparison_id FROM nightscore.comparison c WHERE c.job = $1 AND c.made_at < now() - $2 * interval '1 day')`,
    values: [job.name, days],
  })
  await deleteOf(task, 'profiles', {
    table: 'column_profile',
    where: `t.run_id IN (${oldRuns} AND ${neverVisible})`,
    values: [job.name, days],
  })
  await deleteOf(task, 'profiles', {
    table: 'run_profile',
    where: `t.run_id IN (${oldRuns} UNION ${droppedRuns}) AND t.run_id NOT IN (${comparedRuns}) AND t.run_id NOT IN (${namedRuns})`,
    bytes: 'octet_length(t.profile) + octet_length(t.segments)',
    values: [job.name, days, comparedBatches(job), ...namedBatches(task)],
  })
  await deleteOf(task, 'alerts', {
    table: 'alert',
    where: `t.job = $1 AND t.created_at < now() - $2 * interval '1 day'`,
    values: [job.name, days],
  })
}

/**
 * Lets go what runs were compared with: of runs that are dropped, or too old to be judged anew. A reference that no run refers to
 * any more is deleted; those of model packages stay.
 */
export async function dropReferences(task: RetentionTask): Promise<void> {
  const { deps, job, days, dryRun, tally } = task
  const released = `r.job = $1 AND r.reference_id IS NOT NULL AND r.run_id IN (${oldRuns} AND ${neverVisible} UNION ${droppedRuns}) AND r.run_id NOT IN (${comparedRuns})`
  const values = [job.name, days, comparedBatches(job)]
  if (dryRun) {
    const { rows } = await deps.connections.control.query<{ count: number; bytes: number }>(
      `SELECT count(*)::float8 AS count, coalesce(sum(octet_length(p.profile) + octet_length(p.segments)), 0)::float8 AS bytes
       FROM nightscore.reference_profile p
       WHERE p.kind <> 'model' AND EXISTS (SELECT FROM nightscore.run r WHERE r.reference_id = p.reference_id)
         AND NOT EXISTS (SELECT FROM nightscore.run r WHERE r.reference_id = p.reference_id AND NOT (${released}))`,
      values,
    )
    return tally.add('references', rows[0]!.count, rows[0]!.bytes)
  }
  await deps.connections.control.query(
    `UPDATE nightscore.run r SET reference_id = NULL FROM nightscore.reference_profile p
     WHERE p.reference_id = r.reference_id AND p.kind <> 'model' AND ${released}`,
    values,
  )
}

/** Deletes references that no run refers to; one that was made within a day may be about to be referred to. */
export async function dropUnusedReferences(task: Omit<RetentionTask, 'job' | 'days'>): Promise<void> {
  await deleteOf(task, 'references', {
    table: 'reference_profile',
    where: `t.kind <> 'model' AND t.created_at < now() - interval '1 day'
            AND NOT EXISTS (SELECT FROM nightscore.run r WHERE r.reference_id = t.reference_id)`,
    bytes: 'octet_length(t.profile) + octet_length(t.segments) + coalesce(octet_length(t.labelled), 0)',
    values: [],
  })
}

/** The shards' profiles of runs that are evaluated: what is needed of them is in run_profile. */
export async function dropShardProfiles({ deps, job, dryRun, tally }: RetentionTask): Promise<void> {
  const { rows } = await deps.connections.control.query<{ runIds: string[] }>(
    `SELECT array_agg(run_id) AS "runIds" FROM nightscore.run
     WHERE job = $1 AND state IN ('published', 'superseded') AND ended_at < now() - interval '1 day' GROUP BY job_revision`,
    [job.name],
  )
  for (const { runIds } of rows) {
    const sink = await retainedSink(deps, runIds[0]!)
    const { count, bytes } = await sink.forgetProfiles(runIds, dryRun)
    tally.add('profiles', count, bytes)
  }
}

async function deleteOf(
  { deps, dryRun, heartbeat, tally }: Pick<RetentionTask, 'deps' | 'dryRun' | 'heartbeat' | 'tally'>,
  kind: DroppedKind,
  deletion: Deletion,
): Promise<void> {
  const { count, bytes } = await deleteRows(deps.connections.control, deletion, { dryRun, heartbeat })
  tally.add(kind, count, bytes)
}

function namedBatches({ job }: RetentionTask): readonly (string | null)[] {
  const { reference } = job.monitor
  return typeof reference === 'object' && 'batches' in reference ? reference.batches : [null, null]
}
