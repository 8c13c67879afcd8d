import type { Pool } from 'pg'
import { translatePostgresError } from '../postgres/postgres-error'
import type { PredictionNames } from './prediction-names'

/**
 * Ends the sessions of attempts that still write into the run's table. To be called when the fence is closed: they could
 * not commit any more, and a worker that hangs or is cut off would hold up the key or the DROP for as long as it lives.
 * Only Nightscore's own sessions, and only where this role may end them; others are waited for.
 */
export async function endStragglers(pool: Pool, names: PredictionNames): Promise<void> {
  try {
    await pool.query(
      `SELECT pg_terminate_backend(a.pid, 5000)
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'relation' AND l.mode = 'RowExclusiveLock' AND l.relation = to_regclass($1)
         AND a.datname = current_database() AND a.application_name = 'nightscore' AND a.pid <> pg_backend_pid()
         AND pg_has_role(a.usesysid, 'USAGE')`,
      [names.run],
    )
  } catch (error) {
    throw translatePostgresError(error)
  }
}
