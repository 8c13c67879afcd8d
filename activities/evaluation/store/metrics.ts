import type { Pool, PoolClient } from 'pg'
import {
  metricSpecVersion,
  type GateResult,
  type MetricScope,
  type MetricValue,
} from '../../../schemas/metric'
import { jsonText } from '../../data/postgres/json-text'
import type { FormerValues, Subject } from '../drift/threshold-for'

type Queryable = Pick<Pool | PoolClient, 'query'>

/** A number as stored, with the moment that it is of. */
export type StoredMetric = MetricValue & { readonly asOf: Date }

/**
 * Writes a run's numbers of some scopes as of a moment, in the caller's transaction; those that were there before are replaced.
 */
export async function writeMetrics(
  client: PoolClient,
  runId: string,
  asOf: Date,
  scopes: readonly MetricScope[],
  values: readonly MetricValue[],
): Promise<void> {
  await client.query(
    'DELETE FROM nightscore.metric_value WHERE run_id = $1 AND as_of = $2 AND scope = ANY ($3)',
    [runId, asOf, scopes],
  )
  await client.query(
    `INSERT INTO nightscore.metric_value (run_id, as_of, scope, column_name, segment, metric, value, statistic, p_value, q_value,
       ci_lo, ci_hi, n_reference, n_current, warn_at, fail_at, verdict, reason, spec_version)
     SELECT $1, $2, scope, "column", segment, metric, value, statistic, "pValue", "qValue", "ciLo", "ciHi", "nReference", "nCurrent",
            "warnAt", "failAt", verdict, reason, $4
     FROM jsonb_to_recordset($3::jsonb) AS m(scope text, "column" text, segment text, metric text, value float8, statistic float8,
       "pValue" float8, "qValue" float8, "ciLo" float8, "ciHi" float8, "nReference" bigint, "nCurrent" bigint, "warnAt" float8,
       "failAt" float8, verdict text, reason text)`,
    [runId, asOf, jsonText(values), metricSpecVersion],
  )
}

/** A run's numbers: of one moment, or the newest of each. */
export async function loadMetrics(
  db: Queryable,
  runId: string,
  { asOf, scopes }: { readonly asOf?: Date; readonly scopes?: readonly MetricScope[] } = {},
): Promise<StoredMetric[]> {
  const { rows } = await db.query<StoredMetric>(
    `SELECT DISTINCT ON (scope, column_name, segment, metric)
            as_of AS "asOf", scope, column_name AS "column", segment, metric, value, statistic, p_value AS "pValue", q_value AS "qValue",
            ci_lo AS "ciLo", ci_hi AS "ciHi", n_reference::float8 AS "nReference", n_current::float8 AS "nCurrent",
            warn_at AS "warnAt", fail_at AS "failAt", verdict, reason
     FROM nightscore.metric_value
     WHERE run_id = $1 AND ($2::timestamptz IS NULL OR as_of = $2) AND ($3::text[] IS NULL OR scope = ANY ($3))
     ORDER BY scope, column_name, segment, metric, as_of DESC`,
    [runId, asOf ?? null, scopes ?? null],
  )
  return rows
}

/** Writes what the gates said as of a moment, in the caller's transaction; what they said before is replaced. */
export async function writeGates(
  client: PoolClient,
  runId: string,
  asOf: Date,
  results: readonly GateResult[],
): Promise<void> {
  await client.query('DELETE FROM nightscore.gate_result WHERE run_id = $1 AND as_of = $2', [runId, asOf])
  await client.query(
    `INSERT INTO nightscore.gate_result (run_id, as_of, gate_no, position, scope, column_name, segment, metric, value, limit_at, action, reason)
     SELECT $1, $2, "gateNo", row_number() OVER (PARTITION BY "gateNo" ORDER BY place), scope, "column", segment, metric, value,
            "limitAt", action, reason
     FROM ROWS FROM (jsonb_to_recordset($3::jsonb) AS ("gateNo" int, scope text, "column" text, segment text, metric text,
       value float8, "limitAt" float8, action text, reason text)) WITH ORDINALITY
       AS g("gateNo", scope, "column", segment, metric, value, "limitAt", action, reason, place)`,
    [runId, asOf, jsonText(results)],
  )
}

export interface FormerRuns {
  readonly job: string
  /** Only batches before it, by their keys. */
  readonly before: string
  /** So many published batches at most, the last ones. */
  readonly limit: number
  readonly scopes: readonly MetricScope[]
  /** Only runs compared with a reference of this kind; others' distances are of another scale. */
  readonly referenceKind?: string
}

/**
 * The numbers of the job's last published batches before this one, newest first: what trailing thresholds and trends are made
 * from. Of each batch the newest as_of.
 */
export async function formerValues(
  db: Queryable,
  { job, before, limit, scopes, referenceKind }: FormerRuns,
): Promise<FormerValues> {
  const { rows } = await db.query<Subject & { readonly values: number[] }>(
    `WITH former AS (
       SELECT r.run_id, r.batch FROM nightscore.run r LEFT JOIN nightscore.reference_profile p USING (reference_id)
       WHERE r.job = $1 AND r.batch < $2 AND r.state = 'published' AND ($5::text IS NULL OR p.kind = $5)
       ORDER BY r.batch DESC LIMIT $3),
     latest AS (
       SELECT DISTINCT ON (batch, scope, column_name, segment, metric) batch, scope, column_name, segment, metric, value
       FROM nightscore.metric_value JOIN former USING (run_id)
       WHERE scope = ANY ($4) AND spec_version = $6
       ORDER BY batch, scope, column_name, segment, metric, as_of DESC)
     SELECT scope, column_name AS "column", segment, metric, array_agg(value ORDER BY batch DESC) AS values
     FROM latest WHERE value IS NOT NULL GROUP BY scope, column_name, segment, metric`,
    [job, before, limit, scopes, referenceKind ?? null, metricSpecVersion],
  )
  const bySubject = new Map(rows.map((row) => [keyOf(row), row.values]))
  return (subject) => bySubject.get(keyOf(subject)) ?? []
}

const keyOf = ({ scope, column, segment, metric }: Subject): string =>
  JSON.stringify([scope, column, segment, metric])
