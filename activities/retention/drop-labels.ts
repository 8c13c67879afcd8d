import type { PoolClient } from 'pg'
import { inTransaction } from '../data/postgres/in-transaction'
import { storePath } from '../data/store/store-path'
import { removeStored, storedFile } from '../data/store/stored-entries'
import { lockLabels } from '../evaluation/labels/lock-labels'
import type { RetentionTask } from './retention-task'

interface Arrival {
  readonly loadId: string
  readonly file: string
}

/**
 * Drops the files of labels that arrived longer ago than the job’s days: of a batch all together, once its newest is so old. The
 * arrivals stay on record, so that an evaluation which rests on them stands.
 */
export async function dropLabels(task: RetentionTask): Promise<void> {
  const { deps, job, dryRun } = task
  await inTransaction(deps.connections.control, async (client) => {
    await lockLabels(client, job.name)
    const arrivals = await oldArrivals(client, task)
    if (!dryRun)
      await client.query('UPDATE nightscore.label_load SET dropped_at = now() WHERE load_id = ANY ($1)', [
        arrivals.map(({ loadId }) => loadId),
      ])
    const { rows: used } = await client.query<{ file: string }>(
      'SELECT file FROM nightscore.label_load WHERE job = $1 AND dropped_at IS NULL AND NOT load_id = ANY ($2)',
      [job.name, arrivals.map(({ loadId }) => loadId)],
    )
    const kept = new Set(used.map(({ file }) => file))
    for (const file of new Set(arrivals.map((arrival) => arrival.file)))
      if (!kept.has(file)) await removeFile(task, storePath(deps.storeFolder, file))
  })
}

async function oldArrivals(client: PoolClient, { job, days }: RetentionTask): Promise<Arrival[]> {
  const { rows } = await client.query<Arrival>(
    `SELECT load_id AS "loadId", file FROM (
       SELECT *, max(arrived_at) OVER (PARTITION BY coalesce(batch, load_id::text), batch IS NULL) AS newest
       FROM nightscore.label_load WHERE job = $1) AS arrivals
     WHERE dropped_at IS NULL AND newest < now() - $2 * interval '1 day'`,
    [job.name, days],
  )
  return rows
}

/** A file that was written anew within the days is one that arrives in this moment. */
async function removeFile({ days, dryRun, tally }: RetentionTask, file: string): Promise<void> {
  const found = await storedFile(file)
  if (found === null || Date.now() - found.modifiedMs < days * 86_400_000) return
  if (!dryRun) await removeStored(file)
  tally.add('labels', 1, found.sizeBytes)
}
