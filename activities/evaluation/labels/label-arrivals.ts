import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'

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
  readonly arrivedAt: Date
  /** Its file was dropped by retention. */
  readonly isDropped: boolean
}

/** All arrivals that concern a batch, in order of arrival. */
export async function labelArrivals(pool: Pool, job: string, batch: string): Promise<KeptArrival[]> {
  const { rows } = await pool.query<KeptArrival>(
    `SELECT load_id::float8 AS "loadId", batch, sha256, file, rows::float8 AS rows, arrived_at AS "arrivedAt",
            dropped_at IS NOT NULL AS "isDropped" FROM nightscore.label_load
     WHERE job = $1 AND (batch = $2 OR batch IS NULL) ORDER BY load_id`,
    [job, batch],
  )
  return rows
}

/**
 * The arrivals whose files are there. Those that came for whichever batch has the key before the batch was scored do not concern it.
 * @throws NightscoreError LABELS_INVALID where others were dropped: on the rest alone the batch would be judged by fewer labels
 */
export function arrivalsAtHand(arrivals: readonly KeptArrival[], scoredAt: Date): KeptArrival[] {
  const lost = arrivals.filter((one) => one.isDropped && (one.batch !== null || one.arrivedAt >= scoredAt))
  if (lost.length > 0)
    throw new NightscoreError('LABELS_INVALID', {
      found: `${lost.length} of the batch’s ${arrivals.length} arrivals of labels dropped by retention`,
      expected: 'all of its labels',
      fix: 'The former evaluation stands. Load all of the batch’s labels again to judge it anew: nightscore labels load.',
    })
  return arrivals.filter((one) => !one.isDropped)
}

/** SHA-256 over arrivals in their order: what an evaluation rests on. */
export function arrivalsSha256(arrivals: readonly KeptArrival[]): string {
  const hash = createHash('sha256')
  for (const { sha256, batch } of arrivals) hash.update(`${sha256} ${batch ?? ''}\n`)
  return hash.digest('hex')
}
