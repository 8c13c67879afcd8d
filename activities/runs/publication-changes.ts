import type { Pool } from 'pg'

/** A batch swapped from one revision to a former one by hand: a row of nightscore.publication_change. */
export interface PublicationChange {
  readonly fromRevision: number
  readonly toRevision: number
  readonly changedAt: Date
  readonly changedBy: string
  readonly why: string
}

/** Those from or to a run, the oldest first. */
export async function publicationChanges(db: Pool, runId: string): Promise<PublicationChange[]> {
  const { rows } = await db.query<PublicationChange>(
    `SELECT f.revision AS "fromRevision", t.revision AS "toRevision", c.changed_at AS "changedAt", c.changed_by AS "changedBy", c.why
     FROM nightscore.publication_change c
     JOIN nightscore.run f ON f.run_id = c.from_run_id JOIN nightscore.run t ON t.run_id = c.to_run_id
     WHERE $1 IN (c.from_run_id, c.to_run_id) ORDER BY c.change_id`,
    [runId],
  )
  return rows
}
