import type { ComparisonFigure, ComparisonVerdicts } from './comparison'
import type { GateAction, GateResult, MetricValue, Verdict } from './metric'
import type { RowCounts, RunHold, RunState } from './run'

/**
 * Everything that the page of a run shows: aggregates only, of the same size for any number of rows. nightscore.report.json.
 * Times are ISO 8601 in UTC, shares 0 to 1.
 */
export interface Report {
  readonly specVersion: number
  readonly run: ReportRun
  readonly verdict: GateAction
  /** The first line: which column is wrong and how, or that nothing is. */
  readonly headline: string
  /** The findings, worst first; each a sentence. */
  readonly findings: readonly Finding[]
  readonly reference: ReportReference | null
  /** All columns on one scale, worst first. */
  readonly columns: readonly ReportColumn[]
  /** Numbers of the batch as a whole: row_count_ratio, schema_changes, source_age_hours, duplicate_keys ... */
  readonly quality: readonly MetricValue[]
  readonly segments: readonly ReportSegment[]
  readonly gates: readonly GateResult[]
  /** null: no labels yet. */
  readonly accuracy: ReportAccuracy | null
  /** Accuracy expected before labels come; empty where it cannot be estimated. */
  readonly estimates: readonly MetricValue[]
  /** Numbers over the job's last published batches, this one last. */
  readonly trends: readonly ReportTrend[]
  /** null: nothing was scored beside the model. */
  readonly comparison: ReportComparison | null
  readonly speed: ReportSpeed
}

export interface ReportRun {
  readonly runId: string
  readonly job: string
  readonly batch: string
  readonly revision: number
  /** name@version */
  readonly model: string
  readonly task: 'binary' | 'multiclass' | 'regression' | 'raw'
  readonly state: RunState
  readonly rows: RowCounts
  readonly quarantinedBy: Readonly<Record<string, number>>
  readonly openedAt: string
  readonly checkedAt: string | null
  readonly publishedAt: string | null
  /** That a gate held it back, and who decided what. */
  readonly hold: Pick<RunHold, 'why' | 'until' | 'decision' | 'decidedBy' | 'decisionWhy'> | null
  /** The newest check of the version's golden rows; null: it has none. */
  readonly golden: ReportGolden | null
  /** What was scored in the same pass, name@version, or why that could not be; null: it had no shadow. */
  readonly shadow: { readonly model: string | null; readonly error: string | null } | null
}

/** How many of a version's golden rows come out as the training framework forecast them, and where that was found. */
export interface ReportGolden {
  readonly rows: number
  readonly agreeingRows: number
  readonly runtimeVersion: string
  readonly machine: string
  readonly checkedAt: string
}

export interface Finding {
  readonly verdict: 'warn' | 'hold' | 'fail'
  readonly scope: MetricValue['scope']
  readonly column: string | null
  readonly segment: string | null
  /** A whole sentence that begins with the column's name: found, expected, and the likely cause where there is one. */
  readonly sentence: string
  /** How many times its limit: what findings are ordered by within a verdict. */
  readonly severity: number
}

export interface ReportReference {
  readonly kind: 'model' | 'trailing' | 'batches' | 'parquet'
  /** For people: "28 batches, 2013-06-06 to 2013-07-03", "the model package's reference.parquet". */
  readonly label: string
  readonly rows: number
  readonly sampled: boolean
}

export interface ReportColumn {
  readonly scope: 'feature' | 'prediction' | 'label'
  readonly column: string
  readonly verdict: Verdict
  /** The worst of its distances and rates as a multiple of its fail limit (1 = at the limit); null: nothing judged it. */
  readonly severity: number | null
  /** Its drift, quality and skew numbers over all rows. */
  readonly metrics: readonly MetricValue[]
  /** null: it could not be profiled. */
  readonly histogram: ReportHistogram | null
  readonly reference: ColumnFacts | null
  readonly current: ColumnFacts | null
  /** Values that the reference lacks, most frequent first, with their rows in the sample. */
  readonly unseen: readonly { readonly value: string; readonly rows: number }[]
}

export interface ReportHistogram {
  readonly kind: 'numeric' | 'categorical'
  /** numeric: inner edges, one fewer than counts. */
  readonly edges: readonly number[]
  /** categorical: a label of each count, OTHER and UNSEEN last where they have rows. */
  readonly labels: readonly string[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

export interface ColumnFacts {
  readonly rows: number
  readonly missing: number
  readonly mean: number | null
  readonly sd: number | null
  readonly min: number | null
  readonly max: number | null
}

export interface ReportSegment {
  /** column=value */
  readonly segment: string
  readonly rows: number
  readonly verdict: Verdict
  /** The worst of its columns, and its accuracy where labels came. */
  readonly metrics: readonly MetricValue[]
}

export interface ReportAccuracy {
  readonly asOf: string
  readonly version: number
  readonly verdict: 'ok' | 'warn' | 'fail' | 'skipped'
  readonly scored: number
  readonly labelled: number
  readonly received: number
  readonly unknown: number
  readonly conflicts: number
  readonly mature: boolean
  /** Over all rows, with intervals. */
  readonly metrics: readonly MetricValue[]
  /** Former versions of the run's main figure, oldest first. */
  readonly history: readonly {
    readonly asOf: string
    readonly labelled: number
    readonly metrics: Readonly<Record<string, number | null>>
  }[]
  readonly coverage: readonly ReportDecile[]
  readonly calibration: readonly ReportCalibrationBin[]
  /** null: a regression. Rows by label, then by prediction. */
  readonly confusion: {
    readonly labels: readonly string[]
    readonly rows: readonly (readonly number[])[]
  } | null
}

export interface ReportDecile {
  readonly scoreAbove: number | null
  readonly scoreUpto: number | null
  readonly scored: number
  readonly labelled: number
}

export interface ReportCalibrationBin {
  readonly meanScore: number | null
  readonly positiveShare: number | null
  readonly ciLo: number | null
  readonly ciHi: number | null
  readonly rows: number
}

export interface ReportTrend {
  readonly scope: MetricValue['scope']
  readonly metric: string
  readonly column: string | null
  readonly warnAt: number | null
  readonly failAt: number | null
  readonly points: readonly {
    readonly batch: string
    readonly value: number | null
    readonly verdict: Verdict
  }[]
}

/** The run's model, the champion, against its shadow, the challenger; differences are challenger - champion. */
export interface ReportComparison extends ComparisonVerdicts {
  /** name@version */
  readonly challenger: string
  /** Over all rows. */
  readonly figures: readonly ComparisonFigure[]
  /** Those where the challenger is worst, or differs most. */
  readonly segments: readonly ComparisonFigure[]
}

export interface ReportSpeed {
  /** From the first shard to the last: rows read per second. */
  readonly rowsPerSecond: number
  readonly inferenceMsP50: number | null
  readonly inferenceMsP99: number | null
  /** Wall-clock seconds of the run's phases. */
  readonly phases: Readonly<Record<'plan' | 'score' | 'check' | 'publish', number | null>>
  /** Thread milliseconds of all shards together. */
  readonly threads: Readonly<
    Record<'readMs' | 'encodeMs' | 'profileMs' | 'inferMs' | 'writeMs' | 'shadowMs', number>
  >
  readonly shards: number
}
