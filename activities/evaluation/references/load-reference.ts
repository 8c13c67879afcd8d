import type { ClientBase, Pool } from 'pg'
import { referenceCodec } from '../profiles/reference-codec'
import { segmentsCodec } from '../profiles/segments-codec'
import { labelledCodec } from './labelled-codec'
import type { ReferenceContent } from './reference-content'
import type { ReferenceKind } from './store-reference'

/** A reference as runs are compared with it. */
export interface LoadedReference extends ReferenceContent {
  readonly referenceId: string
  readonly kind: ReferenceKind
  readonly source: Readonly<Record<string, unknown>>
  readonly rows: number
  readonly sampled: boolean
}

interface Row {
  readonly kind: ReferenceKind
  readonly source: Record<string, unknown>
  readonly profile: Buffer
  readonly segments: Buffer
  readonly labelled: Buffer | null
}

/** The labelled rows of a reference, without decoding the rest of it; null where it has none. */
export async function loadLabelled(
  db: ClientBase | Pool,
  referenceId: string,
): Promise<ReferenceContent['labelled']> {
  const { rows } = await db.query<Pick<Row, 'labelled'>>(
    'SELECT labelled FROM nightscore.reference_profile WHERE reference_id = $1',
    [referenceId],
  )
  const labelled = rows[0]?.labelled ?? null
  return labelled && labelledCodec.decode(labelled)
}

/** @throws Error where there is none of this id: a mistake of ours, since runs refer to references by a foreign key */
export async function loadReference(db: ClientBase | Pool, referenceId: string): Promise<LoadedReference> {
  const { rows } = await db.query<Row>(
    'SELECT kind, source, profile, segments, labelled FROM nightscore.reference_profile WHERE reference_id = $1',
    [referenceId],
  )
  const row = rows[0]
  if (row === undefined) throw new Error(`reference ${referenceId} is gone`)
  const all = referenceCodec.decode(row.profile)
  const segments = [...segmentsCodec.decode(row.segments)]
  return {
    referenceId,
    kind: row.kind,
    source: row.source,
    rows: all.rows,
    sampled: all.sampled,
    all,
    segments: new Map(segments.map(([name, bytes]) => [name, referenceCodec.decode(bytes)])),
    labelled: row.labelled && labelledCodec.decode(row.labelled),
  }
}
