import type { RunContext } from '../../runs/run-context'
import { packageReference, type ReferenceDeps } from './package-reference'
import { sampledReference } from './sampled-reference'
import { sampledRuns } from './sampled-runs'

/** With fewer published batches the package's own reference is the better one, where it has one. */
const runsAtLeast = 14

/**
 * The reference of the last `count` published batches before the run's. With fewer than 14 of them (or than `count`, where that
 * is less) it is the package's own; where that has none, whatever batches there are.
 * @returns its id; null where there is neither
 */
export async function trailingReference(
  deps: ReferenceDeps,
  context: RunContext,
  count: number,
): Promise<string | null> {
  const { run, job } = context
  const runs = await sampledRuns(deps.connections.control, context, {
    before: run.comparedBefore,
    limit: count,
  })
  if (runs.length < Math.min(runsAtLeast, count)) {
    const ofPackage = await packageReference(deps, run.model, run.modelVersion, job.monitor.segments)
    if (ofPackage !== null) return ofPackage
  }
  return runs.length === 0 ? null : sampledReference(deps, context, 'trailing', runs)
}
