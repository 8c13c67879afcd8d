import { metricSpecVersion, type GateResult, type MetricValue } from '../../../schemas/metric'
import type { Report, ReportAccuracy, ReportSegment } from '../../../schemas/report'
import { findings } from './findings'
import { headlineOf } from './headline-of'
import { metricOrder } from './metric-order'
import { reportColumns, worstVerdict, type CurrentSide, type ReferenceSide } from './report-columns'
import { severityOf } from './severity-of'

/** What a report is made of, as it is stored. */
export interface ReportParts extends Pick<Report, 'run' | 'reference' | 'trends' | 'comparison' | 'speed'> {
  readonly referenceColumns: readonly ReferenceSide[]
  readonly currentColumns: readonly CurrentSide[]
  /** Of the run as of its planning and, where labels came, of its newest evaluation: all scopes and segments. */
  readonly metrics: readonly MetricValue[]
  readonly gates: readonly GateResult[]
  readonly evaluation: Omit<ReportAccuracy, 'metrics'> | null
}

/** Beyond these, a report keeps what was judged, and then only totals: it stays under 1 MB for any number of columns. */
const most = { detailed: 50, histograms: 100, segments: 100, metricsOfSegment: 6, trends: 12, gates: 200 }
const figuresOfSegment = new Set(['roc_auc', 'log_loss', 'accuracy', 'mae', 'rmse'])

/** The report of a run: columns worst first, findings, headline, verdict. Deterministic: the same parts make the same report. */
export function composeReport(parts: ReportParts): Report {
  const { run, reference, evaluation, trends, comparison, speed } = parts
  const metrics = [...parts.metrics].sort(metricOrder)
  const ofScope = (scope: MetricValue['scope']): MetricValue[] =>
    metrics.filter((one) => one.scope === scope && one.segment === null && one.column === null)
  const columns = reportColumns(parts.referenceColumns, parts.currentColumns, metrics)
  const quality = [...ofScope('quality'), ...metrics.filter(isDriftedShare)]
  const accuracy = evaluation && { ...evaluation, metrics: ofScope('accuracy') }
  const whole = {
    columns,
    quality,
    accuracy,
    segments: segmentsOf(metrics),
    gates: parts.gates,
    trends: trends.slice(0, most.trends),
  }
  const found = findings(whole)
  const { verdict, headline } = headlineOf(found, { run, reference, columns, quality, accuracy })
  return {
    specVersion: metricSpecVersion,
    run,
    verdict,
    headline,
    findings: found,
    reference,
    ...whole,
    columns: columns.map((column, rank) => ({
      ...column,
      metrics: rank < most.detailed ? column.metrics : column.metrics.filter(isJudged),
      histogram: rank < most.histograms ? column.histogram : null,
    })),
    segments: whole.segments.slice(0, most.segments),
    gates: [...parts.gates].sort(byAction).slice(0, most.gates),
    estimates: ofScope('estimate'),
    comparison,
    speed,
  }
}

function isDriftedShare({ metric, segment, scope }: MetricValue): boolean {
  return metric === 'drifted_share' && segment === null && scope !== 'skew'
}

function isJudged({ verdict }: MetricValue): boolean {
  return verdict === 'warn' || verdict === 'fail' || verdict === 'error'
}

/** Worst first; of each its worst numbers, and its main figures of accuracy. */
function segmentsOf(metrics: readonly MetricValue[]): ReportSegment[] {
  const bySegment = new Map<string, MetricValue[]>()
  for (const metric of metrics)
    if (metric.segment !== null) {
      const own = bySegment.get(metric.segment)
      if (own === undefined) bySegment.set(metric.segment, [metric])
      else own.push(metric)
    }
  return [...bySegment]
    .map(([segment, own]) => segmentOf(segment, own))
    .sort(
      (a, b) => b.rank - a.rank || b.severity - a.severity || (a.shown.segment < b.shown.segment ? -1 : 1),
    )
    .map(({ shown }) => shown)
}

function segmentOf(segment: string, metrics: readonly MetricValue[]) {
  const differences = new Map(
    metrics
      .filter(({ metric }) => metric.endsWith('_difference'))
      .map((one) => [keyOf(one, one.metric), one] as const),
  )
  const measured = metrics
    .map((metric) => {
      const difference = differences.get(keyOf(metric, `${metric.metric}_difference`))
      return { metric, severity: severityOf(metric, difference === undefined ? [] : [difference]) ?? -1 }
    })
    .sort((a, b) => rankOf(b.metric) - rankOf(a.metric) || b.severity - a.severity)
  const figures = metrics.filter(({ scope, metric }) => scope === 'accuracy' && figuresOfSegment.has(metric))
  const worst = measured
    .filter(({ metric, severity }) => severity >= 0 || rankOf(metric) > 0 || metric.metric === 'drift')
    .map(({ metric }) => metric)
    .filter((metric) => !figures.includes(metric))
  const shown: ReportSegment = {
    segment,
    rows: Math.max(...metrics.map(({ nCurrent }) => nCurrent)),
    verdict: worstVerdict(metrics.map(({ verdict }) => verdict)),
    metrics: [...worst.slice(0, Math.max(1, most.metricsOfSegment - figures.length)), ...figures],
  }
  return { shown, rank: measured[0] ? rankOf(measured[0].metric) : 0, severity: measured[0]?.severity ?? -1 }
}

function rankOf({ verdict }: MetricValue): number {
  return ['warn', 'error', 'fail'].indexOf(verdict) + 1
}

function keyOf({ scope, column }: MetricValue, metric: string): string {
  return JSON.stringify([scope, column, metric])
}

function byAction(a: GateResult, b: GateResult): number {
  const ranks = ['skipped', 'ok', 'warn', 'hold', 'fail']
  return ranks.indexOf(b.action) - ranks.indexOf(a.action) || a.gateNo - b.gateNo
}
