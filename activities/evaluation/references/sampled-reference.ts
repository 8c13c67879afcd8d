import type { RunContext } from '../../runs/run-context'
import type { ReferenceDeps } from './package-reference'
import { referenceIdentity } from './reference-identity'
import { sampledContent } from './sampled-content'
import type { SampledRun } from './sampled-runs'
import { findReference, storeReference } from './store-reference'

/**
 * The reference made of these past runs for this run's model version.
 * @param runs newest first, at least one
 * @returns its id
 */
export async function sampledReference(
  { connections }: ReferenceDeps,
  { run, manifest, job }: Pick<RunContext, 'run' | 'manifest' | 'job'>,
  kind: 'trailing' | 'batches',
  runs: readonly SampledRun[],
): Promise<string> {
  const pool = connections.control
  const segments = [...new Set(job.monitor.segments)].sort()
  const runIds = runs.map(({ runId }) => runId)
  const [model, version] = [run.model, run.modelVersion]
  const identity = referenceIdentity(kind, model, version, runIds, segments)
  const known = await findReference(pool, identity)
  if (known !== null) return known
  const content = await sampledContent(pool, runs, segments, manifest)
  const source = { job: run.job, from: runs.at(-1)?.batch, to: runs[0]?.batch, runs: runIds, segments }
  return storeReference(pool, { ...content, identity, kind, source, model, version })
}
