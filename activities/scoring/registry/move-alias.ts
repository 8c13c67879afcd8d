import type { ClientBase } from 'pg'
import type { PromotionGate } from '../../../schemas/promotion'

/** What a move of an alias is, and what its history keeps. */
export interface AliasMoveRequest {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly by: string
  readonly why: string | null
  readonly action: 'promote' | 'rollback'
  /** What was asked for it, and what was found; null: nothing was asked. */
  readonly gates: readonly PromotionGate[] | null
  readonly forced: boolean
}

/** Where an alias points; null: there is none of that name. Locks the model: its aliases move one at a time. */
export async function lockAlias(client: ClientBase, model: string, alias: string): Promise<number | null> {
  await client.query('SELECT FROM nightscore.model WHERE name = $1 FOR UPDATE', [model])
  const { rows } = await client.query<{ version: number }>(
    'SELECT version FROM nightscore.model_alias WHERE model = $1 AND alias = $2',
    [model, alias],
  )
  return rows[0]?.version ?? null
}

/** Points a locked alias at a version and writes its history. @param former where it points now */
export async function moveAlias(
  client: ClientBase,
  { model, alias, version, by, why, action, gates, forced }: AliasMoveRequest,
  former: number | null,
): Promise<void> {
  await client.query(
    `INSERT INTO nightscore.model_alias (model, alias, version, changed_by, why) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (model, alias) DO UPDATE
     SET version = excluded.version, changed_at = now(), changed_by = excluded.changed_by, why = excluded.why`,
    [model, alias, version, by, why],
  )
  await client.query(
    `INSERT INTO nightscore.model_alias_history (model, alias, version, former_version, changed_by, why, action, forced, gates)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [model, alias, version, former, by, why, action, forced, gates && JSON.stringify(gates)],
  )
}
