import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { formerTarget } from '../../../workflows/plan/former-target'
import { inTransaction } from '../../data/postgres/in-transaction'
import { lockAlias, moveAlias } from './move-alias'
import type { Promotion } from './promote-model'
import { versionNotFound } from './version-not-found'

/**
 * Points an alias at the version that it named before the present one came; again: further back, by its history. No gate is asked.
 * @throws NightscoreError MODEL_NOT_FOUND; NOTHING_TO_ROLL_BACK where it never named another
 */
export async function rollbackModel(
  pool: Pool,
  request: { readonly model: string; readonly alias: string; readonly by: string; readonly why: string },
): Promise<Promotion & { readonly formerVersion: number }> {
  const { model, alias } = request
  return inTransaction(pool, async (client) => {
    const formerVersion = await lockAlias(client, model, alias)
    if (formerVersion === null) throw await versionNotFound(client, model, alias)
    const { rows } = await client.query<{ to: number; back: boolean }>(
      `SELECT version AS "to", action = 'rollback' AS back FROM nightscore.model_alias_history
       WHERE model = $1 AND alias = $2 ORDER BY id`,
      [model, alias],
    )
    const version = formerTarget(rows)
    if (version === undefined)
      throw new NightscoreError('NOTHING_TO_ROLL_BACK', {
        found: `${model}@${alias} at @${formerVersion}, before which it named nothing`,
        expected: 'an alias that was moved',
      })
    await moveAlias(
      client,
      { ...request, version, action: 'rollback', gates: null, forced: false },
      formerVersion,
    )
    return { model, alias, version, formerVersion }
  })
}
