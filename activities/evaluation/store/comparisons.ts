import type { Pool, PoolClient } from 'pg'
import type {
  ComparisonFigure,
  ComparisonOutcome,
  ComparisonSummary,
  ComparisonVerdicts,
  Disagreement,
} from '../../../schemas/comparison'
import { metricSpecVersion } from '../../../schemas/metric'
import { jsonText } from '../../data/postgres/json-text'
import { inTransaction } from '../../data/postgres/in-transaction'

type Queryable = Pick<Pool | PoolClient, 'query'>

/** A comparison as its header tells it. */
export interface StoredComparison extends ComparisonVerdicts {
  readonly comparisonId: string
  /** shadow: the rows of one run; compare: of several batches. */
  readonly kind: 'shadow' | 'compare'
  readonly job: string
  readonly task: 'binary' | 'multiclass' | 'regression' | 'raw'
  /** name@version */
  readonly champion: string
  readonly challenger: string
  readonly fromBatch: string
  readonly toBatch: string
  readonly runId: string | null
  readonly batches: number
  readonly madeAt: Date
}

const selectComparisons = `
  SELECT comparison_id AS "comparisonId", kind, job, task, champion_model || '@' || champion_version AS champion,
         challenger_model || '@' || challenger_version AS challenger, from_batch AS "fromBatch", to_batch AS "toBatch", run_id AS "runId",
         batches, rows_both::float8 AS "rowsBoth", rows_labelled::float8 AS "rowsLabelled", numeric_verdict AS numeric,
         numeric_reason AS "numericReason", non_inferiority AS "nonInferiority", non_inferiority_reason AS "nonInferiorityReason",
         made_at AS "madeAt"
  FROM nightscore.comparison`

/** Which comparison is wanted: of two versions of one model, maybe over the rows of one job. */
export interface ComparisonOf {
  readonly model: string
  /** Versions, from 1. */
  readonly champion: number
  readonly challenger: number
  readonly job?: string
  /** What the comparison is asked for: one that could not judge this comes after those that could. */
  readonly verdict?: 'numeric' | 'non-inferiority'
  /** What is asked for now: one that was judged by another margin or other tolerances does not count. */
  readonly judgedBy?: { readonly margin: number; readonly rtol: number; readonly atol: number }
}

/**
 * The newest comparison of two versions of a model, of a range or a shadow, with its verdicts; null: there is none. Of non-inferiority a
 * range goes before any shadow: one night is too few rows to tell, and would undo what a month has told.
 */
export async function findComparison(
  db: Queryable,
  { model, champion, challenger, job, verdict, judgedBy }: ComparisonOf,
): Promise<StoredComparison | null> {
  const { rows } = await db.query<StoredComparison>(
    `${selectComparisons}
     WHERE champion_model = $1 AND challenger_model = $1 AND champion_version = $2 AND challenger_version = $3
       AND ($4::text IS NULL OR job = $4)
       AND ($6::float8 IS NULL OR CASE $5 WHEN 'numeric' THEN rtol = $7 AND atol = $8::float8 ELSE margin = $6 END)
     ORDER BY (CASE $5 WHEN 'numeric' THEN numeric_verdict WHEN 'non-inferiority' THEN non_inferiority ELSE '' END) = 'skipped',
              $5 IS NOT DISTINCT FROM 'non-inferiority' AND kind = 'shadow', made_at DESC
     LIMIT 1`,
    [
      model,
      champion,
      challenger,
      job ?? null,
      verdict ?? null,
      judgedBy?.margin ?? null,
      judgedBy?.rtol ?? null,
      judgedBy?.atol ?? null,
    ],
  )
  return rows[0] ?? null
}

/** One comparison; of a shadow its id is the run's. null: there is none. */
export async function loadComparison(db: Queryable, comparisonId: string): Promise<StoredComparison | null> {
  const { rows } = await db.query<StoredComparison>(`${selectComparisons} WHERE comparison_id = $1`, [
    comparisonId,
  ])
  return rows[0] ?? null
}

/** A comparison before its outcome; of a shadow the id is the run's. */
export type ComparisonHeader = Pick<
  StoredComparison,
  | 'comparisonId'
  | 'kind'
  | 'runId'
  | 'job'
  | 'task'
  | 'champion'
  | 'challenger'
  | 'fromBatch'
  | 'toBatch'
  | 'batches'
>

/** Stores a comparison with its figures and the rows that differ most, or none of it; what was there under its id is replaced. */
export async function writeComparison(
  pool: Pool,
  header: ComparisonHeader,
  { rtol, atol, margin }: { readonly rtol: number; readonly atol: number; readonly margin: number },
  outcome: ComparisonOutcome,
): Promise<void> {
  const { comparisonId } = header
  await inTransaction(pool, async (client) => {
    await client.query(
      `INSERT INTO nightscore.comparison (comparison_id, kind, run_id, job, task, champion_model, champion_version, challenger_model,
         challenger_version, from_batch, to_batch, batches, rows_both, rows_labelled, numeric_verdict, numeric_reason, non_inferiority,
         non_inferiority_reason, rtol, atol, margin, spec_version)
       VALUES ($1, $2, $3, $4, $5, split_part($6, '@', 1), split_part($6, '@', 2)::int, split_part($7, '@', 1), split_part($7, '@', 2)::int,
         $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
       ON CONFLICT (comparison_id) DO UPDATE SET rows_both = excluded.rows_both, rows_labelled = excluded.rows_labelled,
         numeric_verdict = excluded.numeric_verdict, numeric_reason = excluded.numeric_reason, non_inferiority = excluded.non_inferiority,
         non_inferiority_reason = excluded.non_inferiority_reason, rtol = excluded.rtol, atol = excluded.atol, margin = excluded.margin,
         made_at = now(), spec_version = excluded.spec_version`,
      [
        ...[
          comparisonId,
          header.kind,
          header.runId,
          header.job,
          header.task,
          header.champion,
          header.challenger,
        ],
        ...[header.fromBatch, header.toBatch, header.batches, outcome.rowsBoth, outcome.rowsLabelled],
        ...[outcome.numeric, outcome.numericReason, outcome.nonInferiority, outcome.nonInferiorityReason],
        ...[rtol, atol, margin, metricSpecVersion],
      ],
    )
    await client.query('DELETE FROM nightscore.comparison_figure WHERE comparison_id = $1', [comparisonId])
    await client.query('DELETE FROM nightscore.disagreement WHERE comparison_id = $1', [comparisonId])
    await client.query(
      `INSERT INTO nightscore.comparison_figure (comparison_id, position, metric, direction, segment, champion_value, challenger_value,
         value, statistic, p_value, ci_lo, ci_hi, n, verdict, reason)
       SELECT $1, place, metric, direction, segment, champion, challenger, value, statistic, "pValue", "ciLo", "ciHi", n, verdict, reason
       FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (metric text, direction text, segment text, champion float8, challenger float8,
         value float8, statistic float8, "pValue" float8, "ciLo" float8, "ciHi" float8, n bigint, verdict text, reason text))
         WITH ORDINALITY AS f(metric, direction, segment, champion, challenger, value, statistic, "pValue", "ciLo", "ciHi", n, verdict,
         reason, place)`,
      [comparisonId, jsonText(outcome.figures)],
    )
    await client.query(
      `INSERT INTO nightscore.disagreement (comparison_id, position, batch, key, champion, challenger, difference, flipped, segments)
       SELECT $1, place, batch, key, champion, challenger, difference, flipped, segments
       FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (batch text, key jsonb, champion jsonb, challenger jsonb, difference float8,
         flipped boolean, segments jsonb))
         WITH ORDINALITY AS d(batch, key, champion, challenger, difference, flipped, segments, place)`,
      [comparisonId, jsonText(outcome.disagreements)],
    )
  })
}

/** The numbers of a comparison, in their order. @param most those of all rows and the first segments; default: all */
export async function loadFigures(
  db: Queryable,
  comparisonId: string,
  most = 10_000,
): Promise<ComparisonFigure[]> {
  const { rows } = await db.query<ComparisonFigure>(
    `SELECT metric, direction, segment, champion_value AS champion, challenger_value AS challenger, value, statistic, p_value AS "pValue",
            ci_lo AS "ciLo", ci_hi AS "ciHi", n::float8, verdict, reason
     FROM nightscore.comparison_figure WHERE comparison_id = $1 ORDER BY position LIMIT $2`,
    [comparisonId, most],
  )
  return rows
}

/** The rows of a comparison that differ most. */
export async function loadDisagreements(db: Queryable, comparisonId: string): Promise<Disagreement[]> {
  const { rows } = await db.query<Disagreement>(
    `SELECT batch, key, champion, challenger, difference, flipped, segments FROM nightscore.disagreement
     WHERE comparison_id = $1 ORDER BY position`,
    [comparisonId],
  )
  return rows
}

/** What is told of a comparison in short. */
const mainFigures = [
  'max_abs_difference',
  'mean_abs_difference',
  'mean_difference',
  'flips',
  'agreement',
  'psi',
  'roc_auc_difference',
  'accuracy_difference',
  'log_loss_difference',
  'rmse_gain',
  'mae_difference',
]

/** A comparison in short. @throws Error where there is none */
export async function loadSummary(db: Queryable, comparisonId: string): Promise<ComparisonSummary> {
  const found = await loadComparison(db, comparisonId)
  if (found === null) throw new Error(`comparison ${comparisonId} is gone`)
  const { kind: _kind, task: _task, runId: _run, madeAt: _at, fromBatch: from, toBatch: to, ...told } = found
  const figures = await loadFigures(db, comparisonId)
  const main = figures.filter(
    ({ metric, segment, direction }) =>
      segment === null && direction === null && mainFigures.includes(metric),
  )
  return { ...told, from, to, metrics: Object.fromEntries(main.map(({ metric, value }) => [metric, value])) }
}
