import type { Pool, PoolClient } from 'pg'
import { NightscoreError } from '../../schemas/errors'
import type { GateAction } from '../../schemas/metric'
import type { RowCounts, RunHold, RunState, RunSummary, ShardResult } from '../../schemas/run'
import type { ScanPlan } from '../data/scan-plan'
import type { ModelVersionName } from '../scoring/registry/version-not-found'

/** A row of nightscore.run. Times are null until they come; counts until the run is checked. */
export interface RunRecord {
  readonly runId: string
  readonly job: string
  readonly jobRevision: number
  readonly batch: string
  /** Only batches before this one are its past: its own key, or an earlier one where a backfill scores several at a time. */
  readonly comparedBefore: string
  readonly revision: number
  readonly model: string
  readonly modelVersion: number
  readonly state: RunState
  /** false: score and check only. */
  readonly publish: boolean
  readonly workflowId: string
  readonly firstRunId: string
  readonly shards: number | null
  /** Shards committed so far, by the control database's copy. */
  readonly shardsDone: number
  readonly rows: RowCounts | null
  readonly scoreSum: number | null
  readonly plan: ScanPlan | null
  readonly verdict: GateAction | null
  /** The first line of its report. */
  readonly headline: string | null
  readonly rowsPlanned: number | null
  readonly referenceId: string | null
  /** The model scored in the same pass; null: none, or it could not be scored. */
  readonly shadow: ModelVersionName | null
  /** The shadow was asked for with the run, not by its job: without it the run fails. */
  readonly shadowAsked: boolean
  /** Why the shadow was not scored: then nothing is compared. */
  readonly shadowError: string | null
  readonly hold: RunHold | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly openedAt: Date
  readonly plannedAt: Date | null
  readonly scoredAt: Date | null
  readonly checkedAt: Date | null
  readonly publishedAt: Date | null
  readonly endedAt: Date | null
}

type Queryable = Pick<Pool | PoolClient, 'query'>

const selectRuns = `
  SELECT run_id AS "runId", job, job_revision AS "jobRevision", batch, coalesce(compared_before, batch) AS "comparedBefore", revision, model, model_version AS "modelVersion", state, publish,
         workflow_id AS "workflowId", first_run_id AS "firstRunId", shards, score_sum AS "scoreSum", plan,
         (SELECT count(*)::int FROM nightscore.shard s WHERE s.run_id = run.run_id AND s.result IS NOT NULL) AS "shardsDone",
         CASE WHEN rows_read IS NOT NULL THEN jsonb_build_object('read', rows_read, 'scored', rows_scored,
           'quarantined', rows_quarantined, 'filtered', rows_filtered) END AS rows,
         verdict, (SELECT headline FROM nightscore.report p WHERE p.run_id = run.run_id) AS headline,
         CASE WHEN held_at IS NOT NULL THEN jsonb_build_object('why', held_why, 'at', held_at, 'until', held_until,
           'decision', decision, 'decidedBy', decided_by, 'decidedAt', decided_at, 'decisionWhy', decision_why) END AS hold,
         CASE WHEN shadow_model IS NOT NULL AND shadow_error IS NULL THEN
           jsonb_build_object('model', shadow_model, 'version', shadow_version) END AS shadow, shadow_asked AS "shadowAsked", shadow_error AS "shadowError",
         rows_planned::float8 AS "rowsPlanned", reference_id AS "referenceId", error_code AS "errorCode", error_message AS "errorMessage", opened_at AS "openedAt", planned_at AS "plannedAt",
         scored_at AS "scoredAt", checked_at AS "checkedAt", published_at AS "publishedAt", ended_at AS "endedAt"
  FROM nightscore.run`

/** @throws NightscoreError RUN_NOT_FOUND */
export async function loadRun(db: Queryable, runId: string): Promise<RunRecord> {
  const { rows } = await db.query<RunRecord>(`${selectRuns} WHERE run_id = $1`, [runId])
  return rows[0] ?? notFound(runId)
}

/** A run by its id or the beginning of it. @throws NightscoreError RUN_NOT_FOUND, also where several begin so */
export async function findRun(db: Queryable, idOrPrefix: string): Promise<RunRecord> {
  const { rows } = await db.query<RunRecord>(
    `${selectRuns} WHERE starts_with(run_id::text, lower($1)) LIMIT 2`,
    [idOrPrefix],
  )
  return rows.length === 2 ? notFound(`${idOrPrefix}: several begin so`) : (rows[0] ?? notFound(idOrPrefix))
}

/** The newest runs first. */
export async function listRuns(
  db: Queryable,
  filter: {
    readonly job?: string | undefined
    readonly batch?: string | undefined
    readonly limit?: number | undefined
  } = {},
): Promise<RunRecord[]> {
  const { rows } = await db.query<RunRecord>(
    `${selectRuns} WHERE ($1::text IS NULL OR job = $1) AND ($2::text IS NULL OR batch = $2) ORDER BY opened_at DESC LIMIT $3`,
    [filter.job ?? null, filter.batch ?? null, filter.limit ?? 50],
  )
  return rows
}

function notFound(runId: string): never {
  throw new NightscoreError('RUN_NOT_FOUND', {
    found: `no run ${runId}`,
    expected: 'the id of a run, or its beginning',
  })
}

/** The copy of a committed shard's result; the truth is nightscore_commit beside the predictions. */
export async function copyShardResults(
  db: Queryable,
  runId: string,
  results: readonly ShardResult[],
  worker: string,
): Promise<void> {
  await db.query(
    `UPDATE nightscore.shard s
     SET rows_read = (r->>'read')::bigint, rows_scored = (r->>'scored')::bigint, rows_quarantined = (r->>'quarantined')::bigint,
         rows_filtered = (r->>'filtered')::bigint, result = r, worker = coalesce(s.worker, $3), committed_at = coalesce(s.committed_at, now())
     FROM jsonb_array_elements($2::jsonb) AS r
     WHERE s.run_id = $1 AND s.shard_no = (r->>'shardNo')::int AND s.result IS DISTINCT FROM r`,
    [runId, JSON.stringify(results), worker],
  )
}

/** Records that a run is the batch's visible one, and whichever was before as superseded. */
export async function recordPublished(db: Queryable, runId: string): Promise<void> {
  await db.query(
    `WITH published AS (
       UPDATE nightscore.run SET state = 'published', published_at = coalesce(published_at, now()), ended_at = coalesce(ended_at, now())
       WHERE run_id = $1 RETURNING job, batch)
     UPDATE nightscore.run r SET state = 'superseded' FROM published p
     WHERE r.job = p.job AND r.batch = p.batch AND r.state = 'published' AND r.run_id <> $1`,
    [runId],
  )
}

/** A run in a few fields: what the workflow returns. */
export function summarize(run: RunRecord): RunSummary {
  const rows = run.rows ?? { read: 0, scored: 0, quarantined: 0, filtered: 0 }
  const seconds = ((run.scoredAt ?? new Date()).getTime() - (run.plannedAt ?? run.openedAt).getTime()) / 1_000
  return {
    // what people look for first stands first: the Temporal UI shows a result in this order
    job: run.job,
    batch: run.batch,
    state: run.state,
    ...(run.state === 'held' &&
      run.hold && { hold: { why: run.hold.why, until: run.hold.until, workflowId: run.workflowId } }),
    verdict: run.verdict,
    headline: run.headline,
    report: null,
    rows,
    model: `${run.model}@${run.modelVersion}`,
    revision: run.revision,
    shards: run.shards ?? 0,
    rowsPerSecond: seconds > 0 ? Math.round(rows.read / seconds) : 0,
    runId: run.runId,
  }
}
