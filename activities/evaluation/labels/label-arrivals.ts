import { createHash } from 'node:crypto'
import type { Pool } from 'pg'

/** A file of labels that concerns a batch. */
export interface KeptArrival {
  /** Ascending in time. */
  readonly loadId: number
  /** null: for whichever batch has the key. */
  readonly batch: string | null
  readonly sha256: string
  /** Relative to the store. */
  readonly file: string
  readonly rows: number
}

/** All arrivals that concern a batch, in order of arrival. */
export async function labelArrivals(pool: Pool, job: string, batch: string): Promise<KeptArrival[]> {
  const { rows } = await pool.query<KeptArrival>(
    `SELECT load_id::float8 AS "loadId", batch, sha256, file, rows::float8 AS rows FROM nightscore.label_load
     WHERE job = $1 AND (batch = $2 OR batch IS NULL) ORDER BY load_id`,
    [job, batch],
  )
  return rows
}

/** SHA-256 over arrivals in their order: what an evaluation rests on. */
export function arrivalsSha256(arrivals: readonly KeptArrival[]): string {
  const hash = createHash('sha256')
  for (const { sha256, batch } of arrivals) hash.update(`${sha256} ${batch ?? ''}\n`)
  return hash.digest('hex')
}
