import type { PoolClient } from 'pg'

/** Whoever looks at the same job's labels at the same time waits, until the transaction ends. */
export async function lockLabels(client: PoolClient, job: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('nightscore.label_load ' || $1, 0))`, [
    job,
  ])
}
