import type { PoolClient } from 'pg'

/** Runs of a batch are opened, and rolled back, one at a time: until the transaction ends. */
export async function lockBatch(client: PoolClient, job: string, batch: string): Promise<void> {
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('nightscore batch ' || $1 || ' ' || $2, 0))`,
    [job, batch],
  )
}
