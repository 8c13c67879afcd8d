import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { inTransaction } from '../postgres/in-transaction'

const patienceMs = 30_000
const lookEveryMs = 250

/**
 * Waits until every transaction that was open when a revision was replaced has ended: with an old snapshot it would still see that
 * revision as the visible one, and find no rows where the partition is gone.
 * @param replacedAt no transaction that began a minute after it can have such a snapshot
 * @throws NightscoreError SINK_BUSY where one stays for over 30 s
 */
export async function waitForReaders(pool: Pool, replacedAt: Date): Promise<void> {
  const first = await openTransactions(pool, replacedAt)
  const until = Date.now() + patienceMs
  for (let left = first; left.length > 0;) {
    if (Date.now() > until)
      throw new NightscoreError('SINK_BUSY', {
        found: `${left.length} transactions open since before ${replacedAt.toISOString()} or so`,
        expected: 'readers that end',
        fix: 'The next maintenance takes it up again; end transactions that stay open.',
      })
    await sleep(lookEveryMs)
    const now = new Set(await openTransactions(pool, replacedAt))
    left = left.filter((one) => now.has(one))
  }
}

/** By their virtual ids. Of other roles' sessions a role without pg_read_all_stats cannot see how old they are: they count. */
async function openTransactions(pool: Pool, replacedAt: Date): Promise<string[]> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `SELECT l.virtualxid AS id FROM pg_locks l JOIN pg_stat_activity a USING (pid)
       WHERE l.locktype = 'virtualxid' AND l.pid <> pg_backend_pid() AND a.datname = current_database()
         AND coalesce(a.backend_type, 'client backend') IN ('client backend', 'parallel worker')
         AND coalesce(a.xact_start < $1::timestamptz + interval '1 minute', true)`,
      [replacedAt],
    )
    return rows.map(({ id }) => id)
  })
}
