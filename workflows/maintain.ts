import { setCurrentDetails } from '@temporalio/workflow'
import type { Dropped, DroppedKind, Maintained, MaintainInput, MaintainSummary } from '../schemas/maintenance'
import { maintainJob, maintainStore, planMaintenance } from './activities'

/** Errors that a result shows; all of them are in the results of its activities. */
const errorsShown = 20

/** Drop what retention does not keep, one job after the other. Safe to run again, and at any time. */
export async function maintain(input?: MaintainInput): Promise<MaintainSummary> {
  const { jobs, retentionDays, dryRun } = await planMaintenance({ input: input ?? null })
  let total: Maintained = { dropped: [], errors: [] }
  for (const [done, job] of jobs.entries()) {
    setCurrentDetails(`${done} of ${jobs.length} jobs; now ${job}`)
    total = addMaintained(total, await maintainJob({ job, retentionDays, dryRun }))
  }
  const { dropped, errors } = addMaintained(total, await maintainStore({ dryRun }))
  const bytes = dropped.reduce((sum, one) => sum + one.bytes, 0)
  setCurrentDetails(
    `${jobs.length} jobs, ${bytes} bytes${dryRun ? ' would be' : ''} freed, ${errors.length} errors`,
  )
  return { dryRun, jobs: jobs.length, bytes, dropped, errors: errors.slice(0, errorsShown) }
}

function addMaintained(a: Maintained, b: Maintained): Maintained {
  const sums = new Map<DroppedKind, Dropped>()
  for (const { kind, count, bytes } of [...a.dropped, ...b.dropped]) {
    const before = sums.get(kind) ?? { kind, count: 0, bytes: 0 }
    sums.set(kind, { kind, count: before.count + count, bytes: before.bytes + bytes })
  }
  return { dropped: [...sums.values()], errors: [...a.errors, ...b.errors] }
}
