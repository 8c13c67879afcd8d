import { isDeepStrictEqual } from 'node:util'
import type { Pool } from 'pg'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import type { RunContext } from '../../runs/run-context'
import { predictionColumns } from '../../scoring/predict'

/** A published run whose rows were sampled. */
export interface SampledRun {
  readonly runId: string
  readonly batch: string
}

interface Version {
  readonly model: string
  readonly version: number
  readonly manifest: ModelManifest
  readonly signature: ModelSignature
}

/**
 * Published runs of the run's job with other batches, newest batch first: those that were scored by a model with the same
 * features and predictions, of whatever version.
 * @param range.before exclusive, range.from and range.to inclusive; batch keys compare by bytes
 */
export async function sampledRuns(
  pool: Pool,
  { run, manifest, signature }: Pick<RunContext, 'run' | 'manifest' | 'signature'>,
  range: {
    readonly before?: string
    readonly from?: string
    readonly to?: string
    readonly limit?: number
  },
): Promise<SampledRun[]> {
  const versions = await pool.query<Version>(
    `SELECT model, version, manifest, signature FROM nightscore.model_version
     WHERE (model, version) IN (SELECT model, model_version FROM nightscore.run WHERE job = $1 AND state = 'published')`,
    [run.job],
  )
  const own = profiledColumns({ manifest, signature })
  const comparable = versions.rows.filter((version) => isDeepStrictEqual(profiledColumns(version), own))
  const { rows } = await pool.query<SampledRun>(
    `SELECT run_id AS "runId", batch FROM nightscore.run JOIN nightscore.run_profile USING (run_id)
     WHERE job = $1 AND state = 'published' AND run_id <> $2
       AND (model, model_version) IN (SELECT * FROM unnest($3::text[], $4::int[]))
       AND ($5::text IS NULL OR batch < $5 COLLATE "C")
       AND ($6::text IS NULL OR batch >= $6 COLLATE "C") AND ($7::text IS NULL OR batch <= $7 COLLATE "C")
     ORDER BY batch COLLATE "C" DESC LIMIT $8`,
    [
      run.job,
      run.runId,
      comparable.map(({ model }) => model),
      comparable.map(({ version }) => version),
      range.before ?? null,
      range.from ?? null,
      range.to ?? null,
      range.limit ?? null,
    ],
  )
  return rows
}

/** Names and types of what a version's profiles hold. */
function profiledColumns({ manifest, signature }: Pick<Version, 'manifest' | 'signature'>): unknown {
  return [
    manifest.features.map(({ name, type }) => [name, type]).sort(),
    predictionColumns(manifest, signature),
  ]
}
