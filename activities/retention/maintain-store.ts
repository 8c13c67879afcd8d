import type { Maintained } from '../../schemas/maintenance'
import { abortUploads } from '../data/s3/objects'
import { isS3Url } from '../data/s3/s3-url'
import { storePath } from '../data/store/store-path'
import type { Deps } from '../deps'
import type { Heartbeat } from '../heartbeat'
import { removeSettled, settledMs } from './drop-files'
import { dropUnusedReferences } from './drop-rows'
import { Tally } from './retention-task'

/** Drops what belongs to no job any more: references that no run refers to, and labels that a killed worker left staged, and parts of uploads into S3. */
export async function maintainStore(
  deps: Deps,
  { dryRun }: { readonly dryRun: boolean },
  heartbeat: Heartbeat,
): Promise<Maintained> {
  const tally = new Tally()
  const task = { deps, dryRun, heartbeat, tally }
  await tally.attempt('references', heartbeat, () => dropUnusedReferences(task))
  await tally.attempt('staged labels', heartbeat, () =>
    removeSettled(task, storePath(deps.storeFolder, 'staged', 'labels'), 'staged'),
  )
  if (isS3Url(deps.storeFolder) && !dryRun)
    await tally.attempt('uploads into the store', heartbeat, async () => {
      await abortUploads(storePath(deps.storeFolder, ''), Date.now() - settledMs)
    })
  return tally.result()
}
