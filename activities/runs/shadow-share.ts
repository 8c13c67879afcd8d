import type { Pool } from 'pg'

/** The shadow's share of the threads' time of a run, 0 to 1; null where no shard was scored with one. */
export async function shadowShare(db: Pool, runId: string): Promise<number | null> {
  const { rows } = await db.query<{ share: number | null }>(
    `SELECT sum((result->'timings'->>'shadowMs')::float8) / nullif(sum((result->'timings'->>'totalMs')::float8), 0) AS share
     FROM nightscore.shard WHERE run_id = $1 AND jsonb_typeof(result->'pairs') = 'object'`,
    [runId],
  )
  return rows[0]?.share ?? null
}
