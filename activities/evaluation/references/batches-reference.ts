import { NightscoreError } from '../../../schemas/errors'
import type { RunContext } from '../../runs/run-context'
import type { ReferenceDeps } from './package-reference'
import { sampledReference } from './sampled-reference'
import { sampledRuns } from './sampled-runs'

/**
 * The reference of the published batches from `from` to `to`, both included; the run's own batch is left out.
 * @returns its id
 * @throws NightscoreError REFERENCE_INVALID where none of them is published with the run's features
 */
export async function batchesReference(
  deps: ReferenceDeps,
  context: RunContext,
  [from, to]: readonly [string, string],
): Promise<string> {
  const runs = (await sampledRuns(deps.connections.control, context, { from, to })).filter(
    ({ batch }) => batch !== context.run.batch,
  )
  if (runs.length === 0)
    throw new NightscoreError('REFERENCE_INVALID', {
      found: `no published batch from ${from} to ${to} of job ${context.run.job} with the features of ${context.run.model}@${context.run.modelVersion}`,
      expected: 'at least one (monitor.reference.batches)',
    })
  return sampledReference(deps, context, 'batches', runs)
}
