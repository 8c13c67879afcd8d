import type { Pool } from 'pg'
import type { RowCounts, RunState } from '../../schemas/run'

/** How far a run is, by the control database; rows are those of the shards committed so far. */
export interface RunStatus {
  readonly runId: string
  readonly state: RunState
  /** null before the manifest is written. */
  readonly shards: number | null
  readonly shardsDone: number
  readonly rows: RowCounts
  /** Since the manifest was complete; 0 before. */
  readonly scoringMs: number
}

/** The run that the workflow execution chain beginning with `firstRunId` works on; undefined before it has opened one. */
export async function runStatus(pool: Pool, firstRunId: string): Promise<RunStatus | undefined> {
  const { rows } = await pool.query<RunStatus>(
    `SELECT r.run_id AS "runId", r.state, r.shards, count(s.result)::int AS "shardsDone",
            jsonb_build_object('read', coalesce(sum(s.rows_read), 0), 'scored', coalesce(sum(s.rows_scored), 0),
              'quarantined', coalesce(sum(s.rows_quarantined), 0), 'filtered', coalesce(sum(s.rows_filtered), 0)) AS rows,
            coalesce(extract(epoch FROM coalesce(r.scored_at, now()) - r.planned_at) * 1000, 0)::float8 AS "scoringMs"
     FROM nightscore.run r LEFT JOIN nightscore.shard s USING (run_id)
     WHERE r.first_run_id = $1 GROUP BY r.run_id ORDER BY r.opened_at DESC LIMIT 1`,
    [firstRunId],
  )
  return rows[0]
}
