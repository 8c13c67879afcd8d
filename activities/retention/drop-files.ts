import { storePath } from '../data/store/store-path'
import { removeStored, storedBytes, storedEntries } from '../data/store/stored-entries'
import type { RetentionTask } from './retention-task'

/** What is younger may be in use: a run that is planned, an evaluation that reads predictions. */
export const settledMs = 86_400_000

/** Drops staged source files: those of ended runs; of failed and cancelled ones only once they cannot be resumed. */
export async function dropStaged(task: RetentionTask): Promise<void> {
  const folder = storePath(task.deps.storeFolder, 'staged')
  const done = `(state IN ('published', 'superseded', 'rejected') OR dropped_bytes IS NOT NULL)`
  for (const runId of await runsWithFolder(task, folder, done, 0))
    await task.tally.attempt(`staged files of run ${runId}`, task.heartbeat, () =>
      removeSettled(task, storePath(folder, runId), 'staged'),
    )
}

/** Drops pair files: of dropped runs, and those older than the job’s days. */
export async function dropPairs(task: RetentionTask): Promise<void> {
  const folder = storePath(task.deps.storeFolder, 'pairs')
  const done = `(dropped_bytes IS NOT NULL OR state IN ('published', 'superseded', 'failed', 'cancelled', 'rejected')
                 AND coalesce(ended_at, opened_at) < now() - $3 * interval '1 day')`
  for (const runId of await runsWithFolder(task, folder, done, task.days))
    await task.tally.attempt(`pair files of run ${runId}`, task.heartbeat, () =>
      removeFolder(task, storePath(folder, runId), 'pairs'),
    )
}

/** Of the runs whose folders are there, those of the job that meet the condition; `$3` in it is `days`. */
async function runsWithFolder(
  { deps, job }: RetentionTask,
  folder: string,
  condition: string,
  days: number,
): Promise<string[]> {
  const names = (await storedEntries(folder))
    .map(({ name }) => name)
    .filter((name) => /^[0-9a-f-]{36}$/.test(name))
  const { rows } = await deps.connections.control.query<{ runId: string }>(
    `SELECT run_id AS "runId" FROM nightscore.run WHERE job = $1 AND run_id = ANY ($2::uuid[]) AND $3::float8 >= 0 AND ${condition}`,
    [job.name, names, days],
  )
  return rows.map(({ runId }) => runId)
}

/** Removes the entries of a folder that were last changed a day ago or more, then the folder where nothing is left in it. */
export async function removeSettled(
  task: Pick<RetentionTask, 'dryRun' | 'tally'>,
  folder: string,
  kind: 'staged',
): Promise<void> {
  const entries = await storedEntries(folder)
  let left = entries.length
  for (const { name, modifiedMs } of entries) {
    if (Date.now() - modifiedMs < settledMs) continue
    await removeFolder(task, storePath(folder, name), kind)
    left -= 1
  }
  if (left === 0 && !task.dryRun) await removeStored(folder)
}

async function removeFolder(
  { dryRun, tally }: Pick<RetentionTask, 'dryRun' | 'tally'>,
  folder: string,
  kind: 'staged' | 'pairs',
): Promise<void> {
  const bytes = await storedBytes(folder)
  if (!dryRun) await removeStored(folder)
  tally.add(kind, 1, bytes)
}
