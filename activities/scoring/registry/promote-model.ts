import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { inTransaction } from '../../data/postgres/in-transaction'
import { resolveModel } from './resolve-model'

/** The move of an alias. */
export interface Promotion {
  readonly model: string
  readonly alias: string
  readonly version: number
  /** Where the alias pointed; null: it is new. Equal to version: nothing was changed. */
  readonly formerVersion: number | null
}

/**
 * Points an alias at a version and writes its history. Where it points there already, nothing is written.
 * @param request.reference name@version, or name@alias to copy where that alias points
 * @throws NightscoreError MODEL_NOT_FOUND; INPUT_INVALID for an alias that cannot be told from a version
 */
export async function promoteModel(
  pool: Pool,
  {
    reference,
    alias,
    by,
    why,
  }: {
    readonly reference: string
    readonly alias: string
    readonly by: string
    readonly why: string | null
  },
): Promise<Promotion> {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(alias))
    throw new NightscoreError('INPUT_INVALID', {
      found: `alias "${alias}"`,
      expected: 'lower-case letters, digits, _ and -, starting with a letter, such as champion',
    })
  return inTransaction(pool, async (client) => {
    const { model, version } = await resolveModel(client, reference)
    await client.query('SELECT FROM nightscore.model WHERE name = $1 FOR UPDATE', [model]) // one move at a time
    const { rows } = await client.query<{ version: number }>(
      'SELECT version FROM nightscore.model_alias WHERE model = $1 AND alias = $2',
      [model, alias],
    )
    const formerVersion = rows[0]?.version ?? null
    const promotion = { model, alias, version, formerVersion }
    if (formerVersion === version) return promotion
    await client.query(
      `INSERT INTO nightscore.model_alias (model, alias, version, changed_by, why) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (model, alias) DO UPDATE
       SET version = excluded.version, changed_at = now(), changed_by = excluded.changed_by, why = excluded.why`,
      [model, alias, version, by, why],
    )
    await client.query(
      `INSERT INTO nightscore.model_alias_history (model, alias, version, former_version, changed_by, why)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [model, alias, version, formerVersion, by, why],
    )
    return promotion
  })
}
