import type { ClientBase, Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { versionNotFound, type ModelVersionName } from './version-not-found'

/**
 * The version that a reference names: name@3, or name@champion as the alias points now.
 * @throws NightscoreError MODEL_NOT_FOUND naming the nearest; INPUT_INVALID for a text of another form
 */
export async function resolveModel(pool: ClientBase | Pool, reference: string): Promise<ModelVersionName> {
  const [, model, name] = /^([^@]+)@([^@]+)$/.exec(reference) ?? []
  if (model === undefined || name === undefined)
    throw new NightscoreError('INPUT_INVALID', {
      found: `model reference "${reference}"`,
      expected: 'name@version or name@alias, such as flights-late@3',
    })
  const isVersion = /^[1-9]\d{0,8}$/.test(name)
  const { rows } = await pool.query<{ version: number }>(
    isVersion
      ? 'SELECT version FROM nightscore.model_version WHERE model = $1 AND version = $2'
      : 'SELECT version FROM nightscore.model_alias WHERE model = $1 AND alias = $2',
    [model, isVersion ? Number(name) : name],
  )
  if (!rows[0]) throw await versionNotFound(pool, model, name)
  return { model, version: rows[0].version }
}
