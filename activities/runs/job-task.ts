import type { Pool } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import type { JobFile } from '../../schemas/job-file'
import type { ModelManifest } from '../../schemas/model-manifest'
import type { AccuracyTask } from '../evaluation/accuracy/labelled-rows'
import { resolveModel } from '../scoring/registry'

/**
 * What the model of a job forecasts, and so what its labels are.
 * @throws NightscoreError MODEL_NOT_FOUND; INPUT_INVALID for a raw model
 */
export async function jobTask(pool: Pool, job: Pick<JobFile, 'name' | 'model'>): Promise<AccuracyTask> {
  const { model, version } = await resolveModel(pool, job.model)
  const { rows } = await pool.query<{ task: ModelManifest['task'] }>(
    `SELECT manifest->>'task' AS task FROM nightscore.model_version WHERE model = $1 AND version = $2`,
    [model, version],
  )
  return accuracyTask(rows[0]!.task, `job "${job.name}" of ${model}@${version}`)
}

/** @throws NightscoreError INPUT_INVALID for raw models */
export function accuracyTask(task: ModelManifest['task'], what: string): AccuracyTask {
  if (task !== 'raw') return task
  throw new NightscoreError('INPUT_INVALID', {
    found: `${what}, a raw model`,
    expected: 'a binary, multiclass or regression model: only these have labels',
    fix: 'Say in model.yaml what the outputs are.',
  })
}
