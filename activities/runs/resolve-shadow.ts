import type { Pool } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import type { JobFile } from '../../schemas/job-file'
import { resolveModel } from '../scoring/registry'
import type { ModelVersionName } from '../scoring/registry/version-not-found'

/** The shadow that a run is opened with. */
export interface OpenedShadow {
  readonly version: ModelVersionName | null
  /** Asked for with the run, not by its job. */
  readonly asked: boolean
  /** Why there is none though the job names one; null also where its alias points at nothing yet. */
  readonly error: string | null
}

/**
 * Resolves what is scored beside the model: nothing where that is the same version.
 * @param asked the run's own reference, instead of the job's
 * @throws NightscoreError MODEL_NOT_FOUND, INPUT_INVALID, SHADOW_INVALID for one that was asked for; a job's own that cannot be
 *   used stops no night
 */
export async function resolveShadow(
  pool: Pool,
  model: ModelVersionName,
  own: string | undefined,
  asked?: string,
): Promise<OpenedShadow> {
  if (asked !== undefined) return { version: await comparable(pool, model, asked), asked: true, error: null }
  if (own === undefined) return { version: null, asked: false, error: null }
  try {
    return { version: await comparable(pool, model, own), asked: false, error: null }
  } catch (error) {
    if (!(error instanceof NightscoreError)) throw error
    const none = await isAliasToCome(pool, own)
    return { version: null, asked: false, error: none ? null : `${own}: ${error.message}` }
  }
}

/**
 * Checks when a job is applied what can be checked by then: its model and its shadow, where both are registered, must have
 * the same task.
 * @throws NightscoreError SHADOW_INVALID
 */
export async function checkJobShadow(
  pool: Pool,
  { model, shadow }: Pick<JobFile, 'model' | 'shadow'>,
): Promise<void> {
  if (shadow !== undefined) await checkTasks(pool, nameOf(model), nameOf(shadow))
}

async function comparable(
  pool: Pool,
  model: ModelVersionName,
  reference: string,
): Promise<ModelVersionName | null> {
  const shadow = await resolveModel(pool, reference)
  await checkTasks(pool, model.model, shadow.model)
  return shadow.model === model.model && shadow.version === model.version ? null : shadow
}

/** All versions of a model have its task. */
async function checkTasks(pool: Pool, model: string, shadow: string): Promise<void> {
  const { rows } = await pool.query<{ ofModel: string; ofShadow: string }>(
    `SELECT m.task AS "ofModel", s.task AS "ofShadow" FROM nightscore.model m, nightscore.model s
     WHERE m.name = $1 AND s.name = $2 AND m.task <> s.task`,
    [model, shadow],
  )
  if (rows[0])
    throw new NightscoreError('SHADOW_INVALID', {
      found: `${shadow}, a ${rows[0].ofShadow} model`,
      expected: `a ${rows[0].ofModel} model, as ${model} is`,
    })
}

/** An alias of a model that is registered: nobody challenges at present. */
async function isAliasToCome(pool: Pool, reference: string): Promise<boolean> {
  const [model, name = ''] = reference.split('@')
  const { rows } = await pool.query<{ isThere: boolean }>(
    `SELECT EXISTS (SELECT FROM nightscore.model_alias WHERE model = $1 AND alias = $2) AS "isThere"
     FROM nightscore.model WHERE name = $1`,
    [model, name],
  )
  return rows[0]?.isThere === false && !/^\d/.test(name)
}

const nameOf = (reference: string): string => reference.split('@', 1)[0]!
