import { NightscoreError } from '../../schemas/errors'
import { pairsFolder } from '../data/pairs-folder'
import { makeStored } from '../data/store/stored-entries'
import type { Deps } from '../deps'
import { predictionColumns } from '../scoring/predict'
import type { ShadowTask } from '../scoring/score-shard-task'
import { ofShadow, ShadowFailure } from '../scoring/shadow-failure'
import type { PlannedRunContext } from './run-context'
import type { ShardCaches } from './score-shard'

/**
 * What a thread needs to score a run's shadow too; null: it has none.
 * @throws ShadowFailure where its model cannot be used (key, bytes, golden rows) or its folder cannot be made
 */
export async function shadowTask(
  { storeFolder }: Deps,
  caches: ShardCaches,
  { run, scan }: PlannedRunContext,
): Promise<ShadowTask | null> {
  if (run.shadow === null || scan.shadow === undefined) return null
  const folder = pairsFolder(storeFolder, run.runId)
  try {
    const model = await caches.model(run.shadow.model, run.shadow.version)
    await ofShadow(() => makeStored(folder))
    const predictions = predictionColumns(model.manifest, model.signature)
    return { model, features: scan.shadow, predictions, folder }
  } catch (error) {
    // a database that does not answer is no fault of the shadow
    throw error instanceof NightscoreError && !error.retryable ? new ShadowFailure(error) : error
  }
}
