import path from 'node:path'
import type { Maintained } from '../../schemas/maintenance'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'
import { removeSettled } from './drop-files'
import { dropUnusedReferences } from './drop-rows'
import { Tally } from './retention-task'

/** Drops what belongs to no job any more: references that no run refers to, and labels that a killed worker left staged. */
export async function maintainStore(
  deps: Deps,
  { dryRun }: { readonly dryRun: boolean },
  heartbeat: Heartbeat,
): Promise<Maintained> {
  const tally = new Tally()
  const task = { deps, dryRun, heartbeat, tally }
  await tally.attempt('references', heartbeat, () => dropUnusedReferences(task))
  await tally.attempt('staged labels', heartbeat, () =>
    removeSettled(task, path.join(deps.storeFolder, 'staged', 'labels'), 'staged'),
  )
  return tally.result()
}
