import type { ClientBase, Pool } from 'pg'
import { inTransaction } from '../../data/postgres/in-transaction'
import { referenceCodec } from '../profiles/reference-codec'
import { segmentsCodec } from '../profiles/segments-codec'
import { labelledCodec } from './labelled-codec'
import type { ReferenceContent } from './reference-content'
import { referenceRows } from './reference-rows'

export type ReferenceKind = 'model' | 'trailing' | 'batches' | 'parquet'

/** A reference as it is stored. */
export interface NewReference extends ReferenceContent {
  /** referenceIdentity of all that it is made from. */
  readonly identity: string
  readonly kind: ReferenceKind
  /** What it was made from, for people; JSON. */
  readonly source: Readonly<Record<string, unknown>>
  readonly model: string
  readonly version: number
}

/**
 * Stores a reference with its columns for people. One of this identity that is there already stays as it is.
 * @returns its id
 */
export async function storeReference(pool: Pool, reference: NewReference): Promise<string> {
  return inTransaction(pool, (client) => insertReference(client, reference))
}

/** The same within a transaction. */
export async function insertReference(client: ClientBase, reference: NewReference): Promise<string> {
  const { identity, kind, source, model, version, all, segments, labelled } = reference
  const encoded = new Map([...segments].map(([name, profile]) => [name, referenceCodec.encode(profile)]))
  const { rows } = await client.query<{ reference_id: string }>(
    `INSERT INTO nightscore.reference_profile
       (identity, kind, source, model, model_version, rows, sampled, profile, segments, labelled)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (identity) DO NOTHING RETURNING reference_id`,
    [
      identity,
      kind,
      source,
      model,
      version,
      all.rows,
      all.sampled,
      referenceCodec.encode(all),
      segmentsCodec.encode(encoded),
      labelled && labelledCodec.encode(labelled),
    ],
  )
  const id = rows[0]?.reference_id
  if (id === undefined) return (await findReference(client, identity))!
  await client.query(
    `INSERT INTO nightscore.reference_column
     SELECT $1, r.* FROM jsonb_to_recordset($2::jsonb) AS r(scope text, column_name text, kind text, rows bigint, missing bigint,
       not_a_number bigint, infinite bigint, out_of_range bigint, mean float8, sd float8, min float8, max float8, bins jsonb, counts jsonb)`,
    [id, JSON.stringify(referenceRows(all))],
  )
  return id
}

/** The id of the reference of this identity; null: there is none yet. */
export async function findReference(db: ClientBase | Pool, identity: string): Promise<string | null> {
  const { rows } = await db.query<{ reference_id: string }>(
    'SELECT reference_id FROM nightscore.reference_profile WHERE identity = $1',
    [identity],
  )
  return rows[0]?.reference_id ?? null
}
