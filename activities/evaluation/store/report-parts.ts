import type { Pool } from 'pg'
import { metricSpecVersion, type GateResult, type MetricValue } from '../../../schemas/metric'
import type { ModelManifest } from '../../../schemas/model-manifest'
import type { ReportReference, ReportTrend } from '../../../schemas/report'
import type { ShardResult } from '../../../schemas/run'
import { loadRun, type RunRecord } from '../../runs/run-store'
import { runTimes } from '../../scoring/run-times'
import type { ReportParts } from '../reports/compose-report'
import { isOfDifference } from '../reports/is-of-difference'
import { reportColumns, type CurrentSide, type ReferenceSide } from '../reports/report-columns'
import { speedOf } from '../reports/speed-of'
import { trendSubjects, type TrendSubject } from '../reports/trend-subjects'
import { goldenFact } from './golden-fact'
import { labelSides } from './label-sides'
import { loadEvaluation } from './load-evaluation'
import { loadReportComparison } from './report-comparison'

const formerBatches = 28
/** Of a segment the worst numbers of accuracy, and of all else; a page shows fewer. */
const metricsOfSegment = 20

/**
 * What the report of a run is made of, from the control database: its numbers as of its planning and of its newest evaluation,
 * profiles, gates, labels, speed, and the course of its main numbers over the last 28 published batches before it.
 * @throws NightscoreError RUN_NOT_FOUND
 */
export async function loadReportParts(db: Pool, runId: string): Promise<ReportParts> {
  const run = await loadRun(db, runId)
  const [manifest, reference, found, shards] = await Promise.all([
    loadManifest(db, run),
    loadReferenceFacts(db, run),
    loadEvaluation(db, run),
    loadShards(db, runId),
  ])
  const moments = [run.plannedAt ?? run.openedAt, ...(found ? [found.asOf] : [])]
  const [metrics, gates, referenceColumns, currentColumns, label] = await Promise.all([
    loadReportMetrics(db, runId, moments),
    loadGates(db, runId, moments),
    loadReferenceColumns(db, run.referenceId),
    loadCurrentColumns(db, runId),
    found && labelSides(db, run, found.labelProfile),
  ])
  const before = [...referenceColumns, ...(label ? [label.reference] : [])]
  const now = [...currentColumns, ...(label ? [label.current] : [])]
  const subjects = trendSubjects(reportColumns(before, now, metrics), metrics)
  const rows = run.rows ?? { read: 0, scored: 0, quarantined: 0, filtered: 0 }
  const times = runTimes.merge(shards.map(({ timings }) => timings.inferRuns ?? {}))
  const inference = { p50: runTimes.quantile(times, 0.5), p99: runTimes.quantile(times, 0.99) }
  return {
    run: {
      runId,
      job: run.job,
      batch: run.batch,
      revision: run.revision,
      model: `${run.model}@${run.modelVersion}`,
      task: manifest.task,
      state: run.state,
      rows,
      quarantinedBy: sumOf(shards.map(({ quarantinedBy }) => quarantinedBy)),
      openedAt: run.openedAt.toISOString(),
      checkedAt: run.checkedAt?.toISOString() ?? null,
      publishedAt: run.publishedAt?.toISOString() ?? null,
      hold: run.hold,
      golden: await goldenFact(db, run.model, run.modelVersion),
      shadow: shadowFact(run),
    },
    reference,
    referenceColumns: before,
    currentColumns: now,
    metrics,
    gates,
    evaluation: found && found.accuracy,
    trends: await loadTrends(db, run, subjects, metrics),
    comparison: await loadReportComparison(db, run),
    speed: speedOf(
      run,
      rows.read,
      shards.map(({ timings }) => timings),
      inference,
    ),
  }
}

function shadowFact({ shadow, shadowError }: RunRecord): ReportParts['run']['shadow'] {
  if (shadow === null && shadowError === null) return null
  return { model: shadow && `${shadow.model}@${shadow.version}`, error: shadowError }
}

async function loadManifest(db: Pool, { model, modelVersion }: RunRecord): Promise<ModelManifest> {
  const { rows } = await db.query<{ manifest: ModelManifest }>(
    'SELECT manifest FROM nightscore.model_version WHERE model = $1 AND version = $2',
    [model, modelVersion],
  )
  if (rows[0] === undefined)
    throw new Error(`model version ${model}@${modelVersion} is gone in spite of its foreign key`)
  return rows[0].manifest
}

/** Where a reference is from: the fields that its kind has. */
interface ReferenceSource {
  readonly from?: string
  readonly to?: string
  readonly runs?: readonly string[]
  readonly file?: string
  readonly model?: string
}

async function loadReferenceFacts(db: Pool, { referenceId }: RunRecord): Promise<ReportReference | null> {
  if (referenceId === null) return null
  const { rows } = await db.query<Omit<ReportReference, 'label'> & { source: ReferenceSource }>(
    'SELECT kind, source, rows::float8, sampled FROM nightscore.reference_profile WHERE reference_id = $1',
    [referenceId],
  )
  const [found] = rows
  if (found === undefined) return null
  const { source, ...facts } = found
  return { ...facts, label: referenceLabel(facts.kind, source) }
}

/** A reference as people would name it. */
export function referenceLabel(
  kind: ReportReference['kind'],
  { from = '', to = '', runs = [], file = '', model = '' }: ReferenceSource,
): string {
  if (kind === 'model') return `the reference.parquet of ${model}`
  if (kind === 'parquet') return file
  return runs.length === 1 ? `batch ${to}` : `${runs.length} batches, ${from} to ${to}`
}

type StoredShard = Pick<ShardResult, 'quarantinedBy'> & { readonly timings: Partial<ShardResult['timings']> }

async function loadShards(db: Pool, runId: string): Promise<StoredShard[]> {
  const { rows } = await db.query<StoredShard>(
    `SELECT result->'quarantinedBy' AS "quarantinedBy", result->'timings' AS timings FROM nightscore.shard
     WHERE run_id = $1 AND result IS NOT NULL ORDER BY shard_no`,
    [runId],
  )
  return rows
}

/** Of all rows every number; of each segment its worst ones, or a batch of many segments would fill the memory. */
async function loadReportMetrics(db: Pool, runId: string, moments: readonly Date[]): Promise<MetricValue[]> {
  const { rows } = await db.query<MetricValue>(
    `SELECT scope, "column", segment, metric, value, statistic, "pValue", "qValue", "ciLo", "ciHi", "nReference", "nCurrent",
            "warnAt", "failAt", verdict, reason
     FROM (
       SELECT scope, column_name AS "column", segment, metric, value, statistic, p_value AS "pValue", q_value AS "qValue",
              ci_lo AS "ciLo", ci_hi AS "ciHi", n_reference::float8 AS "nReference", n_current::float8 AS "nCurrent",
              warn_at AS "warnAt", fail_at AS "failAt", verdict, reason,
              row_number() OVER (PARTITION BY segment, scope = 'accuracy'
                ORDER BY array_position('{fail,error,warn}', verdict) NULLS LAST, abs(value) / nullif(fail_at, 0) DESC NULLS LAST,
                         scope, column_name, metric) AS place
       FROM nightscore.metric_value WHERE run_id = $1 AND as_of = ANY ($2) AND spec_version = $4) AS own
     WHERE segment IS NULL OR place <= $3
     ORDER BY segment NULLS FIRST, scope, "column", metric`,
    [runId, moments, metricsOfSegment, metricSpecVersion],
  )
  return rows
}

async function loadGates(db: Pool, runId: string, moments: readonly Date[]): Promise<GateResult[]> {
  const { rows } = await db.query<GateResult>(
    `SELECT gate_no AS "gateNo", scope, column_name AS "column", segment, metric, value, limit_at AS "limitAt", action, reason
     FROM nightscore.gate_result WHERE run_id = $1 AND as_of = ANY ($2) ORDER BY gate_no, as_of, position`,
    [runId, moments],
  )
  return rows
}

async function loadReferenceColumns(db: Pool, referenceId: string | null): Promise<ReferenceSide[]> {
  const { rows } = await db.query<ReferenceSide>(
    `SELECT scope, column_name AS "column", kind, bins, counts, rows::float8, missing::float8, mean, sd, min, max
     FROM nightscore.reference_column WHERE reference_id = $1 ORDER BY scope, column_name`,
    [referenceId],
  )
  return rows
}

async function loadCurrentColumns(db: Pool, runId: string): Promise<CurrentSide[]> {
  const { rows } = await db.query<CurrentSide>(
    `SELECT scope, column_name AS "column", counts, unseen, rows::float8, missing::float8, mean, sd, min, max
     FROM nightscore.column_profile WHERE run_id = $1 ORDER BY scope, column_name`,
    [runId],
  )
  return rows
}

type TrendPoint = ReportTrend['points'][number]

/** By batch, this one last; a batch that lacks the number has a gap. */
async function loadTrends(
  db: Pool,
  { runId, job, comparedBefore }: RunRecord,
  subjects: readonly TrendSubject[],
  metrics: readonly MetricValue[],
): Promise<ReportTrend[]> {
  const { rows } = await db.query<TrendPoint & { readonly place: number }>(
    `WITH shown AS (
       (SELECT run_id, batch, 1 AS own FROM nightscore.run WHERE run_id = $1)
       UNION ALL
       (SELECT run_id, batch, 0 FROM nightscore.run WHERE job = $2 AND state = 'published' AND batch < $3
        ORDER BY batch DESC LIMIT $4))
     SELECT DISTINCT ON (s.place, r.own, r.batch) s.place, r.batch, m.value, coalesce(m.verdict, 'none') AS verdict
     FROM jsonb_to_recordset($5::jsonb) AS s(place int, scope text, "column" text, metric text) CROSS JOIN shown r
     LEFT JOIN nightscore.metric_value m ON m.run_id = r.run_id AND m.scope = s.scope AND m.metric = s.metric
       AND m.column_name IS NOT DISTINCT FROM s."column" AND m.segment IS NULL AND m.spec_version = $6
     ORDER BY s.place, r.own, r.batch, m.as_of DESC`,
    [
      runId,
      job,
      comparedBefore,
      formerBatches,
      JSON.stringify(subjects.map((subject, place) => ({ ...subject, place }))),
      metricSpecVersion,
    ],
  )
  return subjects.map(({ scope, metric, column }, place) => {
    const today = metrics.find(
      (one) => one.scope === scope && one.metric === metric && one.column === column && one.segment === null,
    )
    return {
      scope,
      metric,
      column,
      ...limitsOf(today),
      points: rows
        .filter((row) => row.place === place)
        .map(({ batch: key, value, verdict }) => ({ batch: key, value, verdict })),
    }
  })
}

/** Of the number itself: those of its difference to the reference are no lines among its values. */
function limitsOf(today: MetricValue | undefined): Pick<ReportTrend, 'warnAt' | 'failAt'> {
  return today === undefined || isOfDifference(today)
    ? { warnAt: null, failAt: null }
    : { warnAt: today.warnAt, failAt: today.failAt }
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const counts of all)
    for (const [reason, rows] of Object.entries(counts)) sum[reason] = (sum[reason] ?? 0) + rows
  return sum
}
