import { closest } from 'fastest-levenshtein'
import type { ClientBase, Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'

export interface ModelVersionName {
  readonly model: string
  readonly version: number
}

/**
 * The error for a model, version or alias that is not there: names the nearest model, or all that the model has.
 * @param versionOrAlias null where the model alone was asked for
 */
export async function versionNotFound(
  client: ClientBase | Pool,
  model: string,
  versionOrAlias: string | null,
): Promise<NightscoreError> {
  const { rows } = await client.query<{ name: string; references: string[] }>(
    `SELECT name,
       ARRAY(SELECT alias FROM nightscore.model_alias a WHERE a.model = name ORDER BY alias) ||
       ARRAY(SELECT v.version::text FROM nightscore.model_version v WHERE v.model = name ORDER BY v.version DESC LIMIT 10)
         AS references
     FROM nightscore.model ORDER BY name`,
  )
  const found = versionOrAlias === null ? `"${model}"` : `"${model}@${versionOrAlias}"`
  const known = rows.find(({ name }) => name === model)
  if (known)
    return new NightscoreError('MODEL_NOT_FOUND', {
      found,
      expected: `one of ${known.references.map((one) => `${model}@${one}`).join(', ')}`,
    })
  const names = rows.map(({ name }) => name)
  return new NightscoreError('MODEL_NOT_FOUND', {
    found: names.length > 0 ? `${found} (nearest model: "${closest(model, names)}")` : found,
    expected: names.length > 0 ? `one of ${names.join(', ')}` : 'a registered model, but there is none',
  })
}
