import type { RunContext } from '../../runs/run-context'
import { batchesReference } from './batches-reference'
import { packageReference, type ReferenceDeps } from './package-reference'
import { parquetReference } from './parquet-reference'
import { trailingReference } from './trailing-reference'

/**
 * Decides what a run is compared with, by its job's monitor.reference, and keeps that in the run: once, so that neither a retry
 * nor later nights change it.
 * @returns the reference's id; null where there is nothing to compare with yet
 * @throws NightscoreError REFERENCE_INVALID, PATH_OUTSIDE_ROOTS, MODEL_KEY_MISSING, MODEL_BYTES_CORRUPT, MODEL_RUN_FAILED
 */
export async function freezeReference(deps: ReferenceDeps, context: RunContext): Promise<string | null> {
  const { run } = context
  if (run.referenceId !== null) return run.referenceId
  const made = await makeReference(deps, context)
  const { rows } = await deps.connections.control.query<{ id: string | null }>(
    'UPDATE nightscore.run SET reference_id = coalesce(reference_id, $2) WHERE run_id = $1 RETURNING reference_id AS id',
    [run.runId, made],
  )
  return rows[0]?.id ?? null
}

async function makeReference(deps: ReferenceDeps, context: RunContext): Promise<string | null> {
  const { run, job } = context
  const { reference, segments } = job.monitor
  if (reference === 'model') return packageReference(deps, run.model, run.modelVersion, segments)
  if ('trailing' in reference) return trailingReference(deps, context, reference.trailing)
  if ('batches' in reference) return batchesReference(deps, context, reference.batches)
  return parquetReference(deps, context, reference.parquet)
}
