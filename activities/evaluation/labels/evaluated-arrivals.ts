import { mkdir, realpath } from 'node:fs/promises'
import path from 'node:path'
import { labelsFolder } from './arrive-labels'
import type { EvaluatedArrival } from './evaluation-task'
import type { KeptArrival } from './label-arrivals'

/** A job's kept labels as a thread reads them. */
export interface EvaluatedLabels {
  /** Absolute folder without symlinks that holds the files. */
  readonly labelsFolder: string
  readonly arrivals: readonly EvaluatedArrival[]
}

export async function evaluatedArrivals(
  storeFolder: string,
  job: string,
  arrivals: readonly KeptArrival[],
): Promise<EvaluatedLabels> {
  const folder = path.join(storeFolder, labelsFolder(job))
  await mkdir(folder, { recursive: true })
  const store = await realpath(storeFolder)
  return {
    labelsFolder: await realpath(folder),
    arrivals: arrivals.map(({ file, sha256, loadId, batch }) => ({
      path: path.join(store, file),
      sha256,
      loadId,
      ofThisBatch: batch !== null,
    })),
  }
}
