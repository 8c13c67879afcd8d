import type { Pool, PoolClient } from 'pg'
import type { GateResult, MetricValue } from '../../../schemas/metric'
import type { EvaluationSummary } from '../../../schemas/run'
import { inTransaction } from '../../data/postgres/in-transaction'
import { jsonText } from '../../data/postgres/json-text'
import type { LabelCoverage } from '../accuracy/label-coverage'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { writeGates, writeMetrics } from '../store/metrics'
import type { EvaluationOutcome } from './evaluation-task'
import { mainFigures } from './main-figures'
import { reportTables } from './report-tables'

/** An evaluation as it is stored. */
export interface NewEvaluation extends Omit<EvaluationOutcome, 'metrics'> {
  readonly runId: string
  readonly labelsSha256: string
  /** When its labels were read. */
  readonly asOf: Date
  readonly isMature: boolean
  readonly verdict: EvaluationSummary['verdict']
  /** Scopes accuracy and label. */
  readonly metrics: readonly MetricValue[]
  readonly gates: readonly GateResult[]
}

/** What is told of an evaluation, beside its run. */
export type StoredEvaluation = Pick<
  EvaluationSummary,
  'version' | 'scored' | 'labelled' | 'unknown' | 'conflicts' | 'mature' | 'verdict'
> & { readonly labelsSha256: string; readonly asOf: Date; readonly received: number }

/** The newest evaluation of a run; null: there is none yet. */
export async function latestEvaluation(
  db: Pool | PoolClient,
  runId: string,
): Promise<StoredEvaluation | null> {
  const { rows } = await db.query<StoredEvaluation>(
    `SELECT version, labels_sha256 AS "labelsSha256", as_of AS "asOf", received::float8, scored::float8, labelled::float8, unknown::float8,
            conflicts::float8, mature, verdict
     FROM nightscore.evaluation WHERE run_id = $1 ORDER BY version DESC LIMIT 1`,
    [runId],
  )
  return rows[0] ?? null
}

/** The task's main figures over all rows, by name, of one evaluation. */
export async function mainMetricsOf(
  db: Pool,
  runId: string,
  asOf: Date,
  task: AccuracyTask,
): Promise<Record<string, number | null>> {
  const told = [...mainFigures[task], 'positive_rate']
  const { rows } = await db.query<{ metric: string; value: number | null }>(
    `SELECT metric, value FROM nightscore.metric_value
     WHERE run_id = $1 AND as_of = $2 AND scope IN ('accuracy', 'label') AND segment IS NULL AND metric = ANY ($3)`,
    [runId, asOf, told],
  )
  const found = new Map(rows.map(({ metric, value }) => [metric, value]))
  return Object.fromEntries(told.flatMap((name) => (found.has(name) ? [[name, found.get(name)!]] : [])))
}

/**
 * Stores an evaluation as its run's next version: its counts, coverage, numbers and gates, or none of them.
 * @returns false, and nothing is stored, where no label of the batch is new: another evaluation of the same arrivals was stored
 * in the meantime, or what arrived was for other batches only
 */
export async function storeEvaluation(pool: Pool, evaluation: NewEvaluation): Promise<boolean> {
  const { runId, asOf } = evaluation
  return inTransaction(pool, async (client) => {
    await client.query('SELECT FROM nightscore.run WHERE run_id = $1 FOR UPDATE', [runId])
    const former = await latestEvaluation(client, runId)
    if (former?.labelsSha256 === evaluation.labelsSha256) return false
    if ((former?.received ?? 0) === evaluation.counts.received) return false
    await insertEvaluation(client, evaluation, (former?.version ?? 0) + 1)
    await insertCoverage(client, evaluation)
    await writeMetrics(client, runId, asOf, ['accuracy', 'label'], evaluation.metrics)
    await writeGates(client, runId, asOf, evaluation.gates)
    return true
  })
}

async function insertEvaluation(
  client: PoolClient,
  { runId, asOf, labelsSha256, counts, isMature, verdict, labelProfile, tables }: NewEvaluation,
  version: number,
): Promise<void> {
  await client.query(
    `INSERT INTO nightscore.evaluation (run_id, as_of, version, labels_sha256, scored, labelled, received, empty, unknown,
       unknown_keys, repeated, conflicts, undecided, mature, verdict, label_profile, tables)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      runId,
      asOf,
      version,
      labelsSha256,
      counts.scored,
      counts.labelled,
      counts.received,
      counts.empty,
      counts.unknown,
      counts.unknownKeys,
      counts.repeated,
      counts.conflicts,
      counts.undecided,
      isMature,
      verdict,
      Buffer.from(labelProfile),
      jsonText(reportTables(tables)),
    ],
  )
}

interface CoverageRow {
  readonly decile: number
  readonly scoreAbove: number | null
  readonly scoreUpto: number | null
  readonly scored: number
  readonly labelled: number
  readonly matured: number
  readonly pValue: number | null
}

/** Decile 0 is all rows. */
export function coverageRows({ scored, labelled, matured, pValue, deciles }: LabelCoverage): CoverageRow[] {
  const all = { decile: 0, scoreAbove: null, scoreUpto: null, scored, labelled, matured, pValue }
  return [
    all,
    ...deciles.map(({ lower, upper, ...counts }, i) => ({
      decile: i + 1,
      scoreAbove: lower,
      scoreUpto: upper,
      ...counts,
      pValue: null,
    })),
  ]
}

async function insertCoverage(client: PoolClient, { runId, asOf, coverage }: NewEvaluation): Promise<void> {
  await client.query(
    `INSERT INTO nightscore.label_coverage (run_id, as_of, decile, score_above, score_upto, scored, labelled, matured, p_value)
     SELECT $1, $2, decile, "scoreAbove", "scoreUpto", scored, labelled, matured, "pValue"
     FROM jsonb_to_recordset($3::jsonb) AS r(decile int, "scoreAbove" float8, "scoreUpto" float8, scored bigint, labelled bigint,
       matured bigint, "pValue" float8)`,
    [runId, asOf, JSON.stringify(coverageRows(coverage))],
  )
}
