import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import type { PromotionGate } from '../../../schemas/promotion'
import { inTransaction } from '../../data/postgres/in-transaction'
import { lockAlias, moveAlias } from './move-alias'
import { resolveModel } from './resolve-model'

/** The move of an alias. */
export interface Promotion {
  readonly model: string
  readonly alias: string
  readonly version: number
  /** Where the alias pointed; null: it is new. Equal to version: nothing was changed. */
  readonly formerVersion: number | null
}

/** What a promotion's gates said of it: promoteVersion asks them. */
export interface GatedPromotion {
  readonly gates: readonly PromotionGate[]
  /** true: a gate refused it. */
  readonly forced: boolean
  /** Where the alias pointed when they were asked. */
  readonly formerVersion: number | null
}

/**
 * Points an alias at a version and writes its history. Where it points there already, nothing is written.
 * @param request.reference name@version, or name@alias to copy where that alias points
 * @param request.gated null: no gate is asked, as where a model is first set up
 * @throws NightscoreError MODEL_NOT_FOUND; INPUT_INVALID for an alias that cannot be told from a version; PROMOTION_REFUSED where
 *   the alias was moved since the gates were asked
 */
export async function promoteModel(
  pool: Pool,
  {
    reference,
    alias,
    by,
    why,
    gated = null,
  }: {
    readonly reference: string
    readonly alias: string
    readonly by: string
    readonly why: string | null
    readonly gated?: GatedPromotion | null
  },
): Promise<Promotion> {
  checkAlias(alias)
  return inTransaction(pool, async (client) => {
    const { model, version } = await resolveModel(client, reference)
    const formerVersion = await lockAlias(client, model, alias)
    const promotion = { model, alias, version, formerVersion }
    if (formerVersion === version) return promotion
    if (gated && gated.formerVersion !== formerVersion)
      throw new NightscoreError('PROMOTION_REFUSED', {
        found: `${model}@${alias} moved to @${formerVersion} meanwhile`,
        expected: `@${gated.formerVersion}, as when its gates were asked`,
        fix: 'Promote it again.',
      })
    const { gates, forced } = gated ?? { gates: null, forced: false }
    await moveAlias(client, { ...promotion, by, why, action: 'promote', gates, forced }, formerVersion)
    return promotion
  })
}

/** @throws NightscoreError INPUT_INVALID */
export function checkAlias(alias: string): void {
  if (!/^[a-z][a-z0-9_-]{0,62}$/.test(alias))
    throw new NightscoreError('INPUT_INVALID', {
      found: `alias "${alias}"`,
      expected: 'lower-case letters, digits, _ and -, starting with a letter, such as champion',
    })
}
