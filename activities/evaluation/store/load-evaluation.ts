import type { Pool } from 'pg'
import type { ReportAccuracy, ReportDecile } from '../../../schemas/report'
import type { RunRecord } from '../../runs/run-store'

/** The newest evaluation of a run, without its numbers. */
export interface LoadedEvaluation {
  readonly asOf: Date
  /** As `shardCodec` wrote it. */
  readonly labelProfile: Uint8Array
  readonly accuracy: Omit<ReportAccuracy, 'metrics'>
}

interface EvaluationRow extends Omit<ReportAccuracy, 'asOf' | 'metrics' | 'history' | 'coverage'> {
  readonly asOf: Date
  readonly labelProfile: Buffer
}

interface HistoryRow {
  readonly asOf: Date
  readonly labelled: number
  readonly metrics: Readonly<Record<string, number | null>>
}

/** What is followed over a run's evaluations; a task has some of them. */
const followed = ['log_loss', 'brier', 'roc_auc', 'accuracy', 'mae', 'rmse', 'bias']

/** A run's newest evaluation, with how its main figures came there as labels did; null: no labels were evaluated. */
export async function loadEvaluation(
  db: Pool,
  { runId }: Pick<RunRecord, 'runId'>,
): Promise<LoadedEvaluation | null> {
  const { rows } = await db.query<EvaluationRow>(
    `SELECT as_of AS "asOf", version, verdict, scored::float8, labelled::float8, received::float8, unknown::float8,
            conflicts::float8, mature, label_profile AS "labelProfile", tables->'calibration' AS calibration,
            nullif(tables->'confusion', 'null') AS confusion
     FROM nightscore.evaluation WHERE run_id = $1 ORDER BY version DESC LIMIT 1`,
    [runId],
  )
  const [newest] = rows
  if (newest === undefined) return null
  const { asOf, labelProfile, ...facts } = newest
  const [coverage, history] = await Promise.all([
    db.query<ReportDecile>(
      `SELECT score_above AS "scoreAbove", score_upto AS "scoreUpto", scored::float8, labelled::float8
       FROM nightscore.label_coverage WHERE run_id = $1 AND as_of = $2 AND decile > 0 ORDER BY decile`,
      [runId, asOf],
    ),
    db.query<HistoryRow>(
      `SELECT e.as_of AS "asOf", e.labelled::float8,
              coalesce(jsonb_object_agg(m.metric, m.value) FILTER (WHERE m.metric IS NOT NULL), '{}') AS metrics
       FROM nightscore.evaluation e LEFT JOIN nightscore.metric_value m
         ON m.run_id = e.run_id AND m.as_of = e.as_of AND m.scope = 'accuracy' AND m.segment IS NULL AND m.metric = ANY ($2)
       WHERE e.run_id = $1 GROUP BY e.as_of, e.labelled, e.version ORDER BY e.version`,
      [runId, followed],
    ),
  ])
  return {
    asOf,
    labelProfile,
    accuracy: {
      ...facts,
      asOf: asOf.toISOString(),
      coverage: coverage.rows,
      history: history.rows.map((row) => ({ ...row, asOf: row.asOf.toISOString() })),
    },
  }
}
