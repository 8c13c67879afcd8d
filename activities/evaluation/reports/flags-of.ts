import type { GateResult, MetricScope, MetricValue } from '../../../schemas/metric'
import { severityOf } from './severity-of'

/** A number that a rule or a gate does not let pass. */
export interface Flag {
  readonly scope: MetricScope
  readonly column: string | null
  readonly segment: string | null
  readonly metric: string
  readonly verdict: 'warn' | 'hold' | 'fail'
  readonly severity: number
  /** What was compared with the limit; of a rate its difference to the reference. */
  readonly value: number | null
  readonly limitAt: number | null
  /** The gate that said so; null: the metric's own rule. */
  readonly gateNo: number | null
  /** The number itself; null where only the gate tells of it. */
  readonly of: MetricValue | null
}

/** As activities/evaluation/drift/draft-column.ts says it. */
const newColumn = 'the reference has no such column'
const ranks = ['warn', 'hold', 'fail'] as const

/** Negative where a is worse: fail before hold before warn, then by severity. */
export function byFlagRank(a: Pick<Flag, Ranked>, b: Pick<Flag, Ranked>): number {
  return ranks.indexOf(b.verdict) - ranks.indexOf(a.verdict) || b.severity - a.severity
}
type Ranked = 'verdict' | 'severity'

/**
 * The numbers that warn, hold or fail, each once with the worst that its rule and the gates say of it, worst first. As in the
 * run's verdict a segment's number that fails is a warning (it is of few rows), but a gate can say more; a column that could not
 * be compared is a warning, unless it is merely new.
 */
export function flagsOf(metrics: readonly MetricValue[], gates: readonly GateResult[]): Flag[] {
  const flags = new Map<string, Flag>()
  const add = (flag: Flag): void => {
    const key = keyOf(flag)
    const before = flags.get(key)
    if (before === undefined) flags.set(key, flag)
    else flags.set(key, worse(flag, before))
  }
  const known = new Map(metrics.map((metric) => [keyOf(metric), metric]))
  for (const metric of metrics) {
    const flag = ofMetric(metric, metrics)
    if (flag !== null) add(flag)
  }
  for (const gate of gates) {
    const flag = ofGate(gate, known.get(keyOf(gate)) ?? null)
    if (flag !== null) add(flag)
  }
  return [...flags.values()].sort((a, b) => byFlagRank(a, b) || (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The worse of two; where both say the same, with the gate that says so too: it is what stops the run. */
function worse(flag: Flag, before: Flag): Flag {
  const [worst, other] = byFlagRank(flag, before) < 0 ? [flag, before] : [before, flag]
  return worst.verdict === other.verdict ? { ...worst, gateNo: worst.gateNo ?? other.gateNo } : worst
}

function ofMetric(metric: MetricValue, beside: readonly MetricValue[]): Flag | null {
  const { scope, column, segment, value, verdict } = metric
  const shared = { scope, column, segment, metric: metric.metric, gateNo: null, of: metric }
  if (verdict === 'error' && metric.reason !== newColumn)
    return { ...shared, verdict: 'warn', severity: 1, value: null, limitAt: null }
  if (verdict !== 'warn' && verdict !== 'fail') return null
  const ofColumn = beside.filter(
    (one) => one.column === column && one.scope === scope && one.segment === segment,
  )
  const severity = severityOf(metric, ofColumn) ?? 1
  const limitAt = verdict === 'fail' ? (metric.failAt ?? metric.warnAt) : metric.warnAt
  return { ...shared, verdict: segment === null ? verdict : 'warn', severity, value, limitAt }
}

function ofGate(gate: GateResult, of: MetricValue | null): Flag | null {
  const { scope, column, segment, metric, value, limitAt, action, gateNo } = gate
  if (action === 'ok' || action === 'skipped') return null
  const limits = action === 'warn' ? { warnAt: limitAt, failAt: null } : { warnAt: null, failAt: limitAt }
  const nothing = { statistic: null, pValue: null, qValue: null, ciLo: null, ciHi: null, nReference: null }
  const severity = severityOf({
    ...(of ?? { ...nothing, scope, column, segment, metric, nCurrent: 0, reason: null }),
    ...limits,
    value,
    verdict: 'fail',
  })
  return {
    scope,
    column,
    segment,
    metric,
    verdict: action,
    severity: severity ?? 1,
    value,
    limitAt,
    gateNo,
    of,
  }
}

function keyOf({
  scope,
  column,
  segment,
  metric,
}: Pick<MetricValue, 'scope' | 'column' | 'segment' | 'metric'>) {
  return JSON.stringify([scope, column, segment, metric])
}
