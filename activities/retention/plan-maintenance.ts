import { maintainInputSchema } from '../../schemas/maintenance'
import { strictParse } from '../../schemas/strict-parse'
import type { Deps } from '../deps'
import { listJobs } from '../runs/job-store'

/** What maintain is to do. */
export interface PlannedMaintenance {
  readonly jobs: readonly string[]
  readonly retentionDays: number | null
  readonly dryRun: boolean
}

/**
 * Checks the workflow's input and lists the jobs.
 * @param input as it came, unchecked; nothing at all is taken too
 * @throws NightscoreError INPUT_INVALID
 */
export async function planMaintenance(
  { connections }: Pick<Deps, 'connections'>,
  { input }: { readonly input: unknown },
): Promise<PlannedMaintenance> {
  const { retentionDays, dryRun } = strictParse(maintainInputSchema, input ?? {}, 'INPUT_INVALID', 'input')
  const jobs = await listJobs(connections.control)
  return { jobs: jobs.map(({ name }) => name), retentionDays: retentionDays ?? null, dryRun }
}
