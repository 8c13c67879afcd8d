import { storePath } from '../../data/store/store-path'
import { makeStored, realStore } from '../../data/store/stored-entries'
import { labelsFolder } from './arrive-labels'
import type { EvaluatedArrival } from './evaluation-task'
import type { KeptArrival } from './label-arrivals'

/** A job's kept labels as a thread reads them. */
export interface EvaluatedLabels {
  /** Absolute folder without symlinks, or s3:// folder, that holds the files. */
  readonly labelsFolder: string
  readonly arrivals: readonly EvaluatedArrival[]
}

export async function evaluatedArrivals(
  storeFolder: string,
  job: string,
  arrivals: readonly KeptArrival[],
): Promise<EvaluatedLabels> {
  const store = await realStore(storeFolder)
  const folder = storePath(store, labelsFolder(job))
  await makeStored(folder)
  return {
    labelsFolder: folder,
    arrivals: arrivals.map(({ file, sha256, loadId, batch }) => ({
      path: storePath(store, file),
      sha256,
      loadId,
      ofThisBatch: batch !== null,
    })),
  }
}
