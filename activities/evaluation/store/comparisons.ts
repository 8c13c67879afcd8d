import type { Pool, PoolClient } from 'pg'
import type { ComparisonVerdict } from '../../../schemas/comparison'

type Queryable = Pick<Pool | PoolClient, 'query'>

/** A comparison as its header tells it. */
export interface StoredComparison {
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
  readonly rowsBoth: number
  readonly rowsLabelled: number
  /** Both models say the same, within rtol and atol. */
  readonly numeric: ComparisonVerdict
  readonly numericReason: string
  /** The challenger is not worse by more than the margin; skipped without labels. */
  readonly nonInferiority: ComparisonVerdict
  readonly nonInferiorityReason: string
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
}

/** The newest comparison of two versions of a model, of a range or a shadow, with its verdicts; null: there is none. */
export async function findComparison(
  db: Queryable,
  { model, champion, challenger, job, verdict }: ComparisonOf,
): Promise<StoredComparison | null> {
  const { rows } = await db.query<StoredComparison>(
    `${selectComparisons}
     WHERE champion_model = $1 AND challenger_model = $1 AND champion_version = $2 AND challenger_version = $3
       AND ($4::text IS NULL OR job = $4)
     ORDER BY (CASE $5 WHEN 'numeric' THEN numeric_verdict WHEN 'non-inferiority' THEN non_inferiority ELSE '' END) = 'skipped',
              made_at DESC
     LIMIT 1`,
    [model, champion, challenger, job ?? null, verdict ?? null],
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
