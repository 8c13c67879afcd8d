import path from 'node:path'
import { NightscoreError } from '../../schemas/errors'
import { pairsFolder } from '../data/pairs-folder'
import { makeStored, realStore } from '../data/store/stored-entries'
import type { Deps } from '../deps'
import type { ComparedBatch, ComparedModel, ComparisonTask } from '../evaluation/comparison/comparison-task'
import { evaluatedArrivals } from '../evaluation/labels/evaluated-arrivals'
import { arrivalsAtHand, labelArrivals } from '../evaluation/labels/label-arrivals'
import { pairFiles } from '../runs/pair-files'
import type { RunContext, ShadowVersion } from '../runs/run-context'
import { predictionColumns } from '../scoring/predict'

/** A run whose shadow was scored. */
export type ShadowedRun = RunContext & { readonly shadow: ShadowVersion }

/**
 * What a thread compares: the pair files of runs of one job, of different batches, by the same two models; with the labels that have
 * arrived by now.
 * @throws NightscoreError RUN_STATE where the runs are of different models, keys or segments; LABELS_INVALID
 */
export async function comparisonTaskOf(
  deps: Pick<Deps, 'connections' | 'storeFolder'>,
  runs: readonly [ShadowedRun, ...ShadowedRun[]],
): Promise<ComparisonTask> {
  const [first, ...others] = runs
  for (const other of others) refuseOther(first, other)
  const { job, manifest, signature, shadow, run } = first
  const storeFolder = await realStore(deps.storeFolder)
  const folder = path.dirname(pairsFolder(storeFolder, run.runId))
  await makeStored(folder)
  let labelsFolder: string | null = null
  const batches: ComparedBatch[] = []
  for (const one of runs) {
    const files = await pairFiles({ ...deps, storeFolder }, one.run.runId)
    const kept = await labelArrivals(deps.connections.control, job.name, one.run.batch)
    const labels = await evaluatedArrivals(storeFolder, job.name, arrivalsAtHand(kept, one.run.openedAt))
    labelsFolder = labels.labelsFolder
    batches.push({ batch: one.run.batch, files, arrivals: labels.arrivals })
  }
  return {
    task: manifest.task,
    batches,
    roots: [folder],
    labelsFolder,
    keys: (run.plan?.keys ?? []).map(({ name, type }) => ({ name, type })),
    segments: job.monitor.segments,
    champion: modelOf({ manifest, signature }),
    challenger: modelOf(shadow),
    rtol: job.promotion.rtol,
    atol: job.promotion.atol,
    margin: job.promotion.margin,
  }
}

function modelOf({ manifest, signature }: Pick<ShadowVersion, 'manifest' | 'signature'>): ComparedModel {
  return {
    columns: predictionColumns(manifest, signature).map(({ name, type }) => ({ name, type })),
    classes: manifest.output.classes ?? [],
  }
}

/** Pair files name their columns by position: these must be the same in all of them. */
function refuseOther(first: ShadowedRun, other: ShadowedRun): void {
  const shape = ({ run, job, shadow }: ShadowedRun): string =>
    JSON.stringify([
      `${run.model}@${run.modelVersion} and ${shadow.reference}`,
      run.plan?.keys,
      job.monitor.segments,
    ])
  if (shape(first) !== shape(other))
    throw new NightscoreError('RUN_STATE', {
      found: `run ${other.run.runId} of batch ${other.run.batch}: ${shape(other)}`,
      expected: `models, key and segments as of batch ${first.run.batch}: ${shape(first)}`,
      fix: 'The job was changed meanwhile: compare again.',
    })
}
