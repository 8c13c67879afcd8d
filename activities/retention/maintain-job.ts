import type { Maintained } from '../../schemas/maintenance'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'
import { loadJob } from '../runs/job-store'
import { dropPairs, dropStaged } from './drop-files'
import { dropLabels } from './drop-labels'
import { dropLeftovers, dropRevisions } from './drop-predictions'
import { dropReferences, dropRows, dropShardProfiles } from './drop-rows'
import { Tally, type RetentionTask } from './retention-task'

export interface MaintainJobInput {
  readonly job: string
  /** Instead of the job's own; null: those. */
  readonly retentionDays: number | null
  readonly dryRun: boolean
}

/**
 * Drops what a job's retention does not keep. Runs, their numbers and reports stay, and so does the visible revision of every batch.
 * What cannot be dropped now is told and left to the next time. Repeated after a kill it goes on; its counts begin anew.
 */
export async function maintainJob(
  deps: Deps,
  { job: name, retentionDays, dryRun }: MaintainJobInput,
  heartbeat: Heartbeat,
): Promise<Maintained> {
  const job = await loadJob(deps.connections.control, name)
  const tally = new Tally()
  const days = retentionDays ?? job.retention.days
  const task: RetentionTask = { deps, job, days, dryRun, heartbeat, tally }
  const steps = {
    'superseded revisions': dropRevisions,
    leftovers: dropLeftovers,
    'staged files': dropStaged,
    'pair files': dropPairs,
    labels: dropLabels,
    rows: dropRows,
    'profiles of shards': dropShardProfiles,
    references: dropReferences,
  }
  for (const [what, step] of Object.entries(steps))
    await tally.attempt(`${name}: ${what}`, heartbeat, () => step(task))
  return tally.result()
}
