import type { JobGate } from '../../../schemas/job-file'
import type { GateAction, GateResult, MetricScope, MetricValue } from '../../../schemas/metric'
import { median, trailingLimits } from '../drift/trailing-limits'
import type { FormerValues } from '../drift/threshold-for'
import { worseWhen } from './worse-when'
import { qBelow, tooFewRows } from '../drift/significance'

const scopeOf: Readonly<Record<JobGate['of'], MetricScope>> = {
  features: 'feature',
  prediction: 'prediction',
  label: 'label',
  quality: 'quality',
  skew: 'skew',
  accuracy: 'accuracy',
  speed: 'speed',
}

const ranks: readonly GateAction[] = ['fail', 'hold', 'warn', 'ok', 'skipped']

/**
 * What the job's gates say to the numbers of a run. A gate is for the numbers of its metric and scope: of all columns, or
 * `columns`, without `except`, of segments too where it says so. Absolute limits of rates are of their difference to the
 * reference, of row_count_ratio of the ratio or its inverse, whichever is larger. A number that has a test acts only where its q
 * value is under 0.01 and there are 200 rows. A gate without any such number is skipped and says so.
 * @param scopes gates of other scopes are passed over: their numbers come at another time
 * @returns by gate, in each the worst first
 */
export function judgeGates(
  gates: readonly JobGate[],
  values: readonly MetricValue[],
  { scopes, history }: { readonly scopes: readonly MetricScope[]; readonly history: FormerValues },
): GateResult[] {
  return gates.flatMap((gate, i) => {
    const scope = scopeOf[gate.of]
    if (!scopes.includes(scope)) return []
    const subjects = values.filter((value) => value.scope === scope && isSubject(gate, value))
    const gateNo = i + 1
    if (subjects.length === 0) return [nothing(gateNo, scope, gate.metric)]
    return subjects
      .map((value) => ({ gateNo, ...subjectOf(value), ...judge(gate, value, values, history) }))
      .sort((a, b) => ranks.indexOf(a.action) - ranks.indexOf(b.action) || over(b) - over(a))
  })
}

/** The worst of all gates: fail before hold before warn; skipped where none could say anything. */
export function gatesAction(results: readonly GateResult[]): GateAction {
  return ranks.find((action) => results.some((result) => result.action === action)) ?? 'skipped'
}

function isSubject(gate: JobGate, { metric, column, segment }: MetricValue): boolean {
  if (metric !== gate.metric || (segment !== null && !gate.segments)) return false
  if (column === null) return gate.columns === undefined
  return (gate.columns?.includes(column) ?? true) && !gate.except.includes(column)
}

const subjectOf = ({ scope, column, segment, metric }: MetricValue) => ({ scope, column, segment, metric })

function nothing(gateNo: number, scope: MetricScope, metric: string): GateResult {
  const reason = `the run has no ${metric} of ${scope}`
  return {
    gateNo,
    scope,
    column: null,
    segment: null,
    metric,
    value: null,
    limitAt: null,
    action: 'skipped',
    reason,
  }
}

type Judgement = Pick<GateResult, 'value' | 'limitAt' | 'action' | 'reason'>

function judge(
  gate: JobGate,
  metric: MetricValue,
  values: readonly MetricValue[],
  history: FormerValues,
): Judgement {
  if (metric.value === null) return { value: null, limitAt: null, action: 'skipped', reason: metric.reason }
  const few =
    metric.qValue === null ? null : tooFewRows(metric.nReference ?? metric.nCurrent, metric.nCurrent)
  if (few !== null) return { value: metric.value, limitAt: null, action: 'skipped', reason: few }
  const skipped: string[] = []
  let nearest: Judgement | null = null
  for (const action of ['fail', 'hold', 'warn'] as const) {
    const limit = gate[action]
    if (limit === undefined) continue
    const side = sideOf(metric, limit === 'trailing' ? history(metric) : [])
    const found = limit === 'trailing' ? trailingLimit(metric, side, action, history) : limit
    if (typeof found === 'string') {
      skipped.push(found)
      continue
    }
    const value = limit === 'trailing' ? metric.value : compared(metric, values)
    const isOver = side === 'lower' ? value < found : value > found
    if (isOver && (metric.qValue ?? 0) < qBelow) return { value, limitAt: found, action, reason: null }
    nearest = { value, limitAt: found, action: 'ok', reason: null }
  }
  return nearest ?? { value: metric.value, limitAt: null, action: 'skipped', reason: skipped[0] ?? null }
}

/** Of what is bad on both sides: the one that it lies on of its former values. Absolute limits of it are of its size. */
function sideOf({ metric, value }: MetricValue, former: readonly number[]): 'higher' | 'lower' {
  const side = worseWhen(metric)
  if (side !== 'apart') return side
  return former.length > 0 && (value ?? 0) < median(former) ? 'lower' : 'higher'
}

function trailingLimit(
  metric: MetricValue,
  worse: 'higher' | 'lower',
  action: 'warn' | 'hold' | 'fail',
  history: FormerValues,
): number | string {
  const limits = trailingLimits(history(metric), { metric: metric.metric, worse })
  return typeof limits === 'string' ? limits : action === 'warn' ? limits.warnAt : limits.failAt
}

/** What an absolute limit is compared with. */
function compared(metric: MetricValue, values: readonly MetricValue[]): number {
  const value = metric.value ?? 0
  if (metric.metric === 'row_count_ratio') return Math.max(value, 1 / value)
  if (worseWhen(metric.metric) === 'apart') return Math.abs(value)
  const difference = values.find(
    ({ scope, column, segment, metric: name }) =>
      name === `${metric.metric}_difference` &&
      scope === metric.scope &&
      column === metric.column &&
      segment === metric.segment,
  )
  return difference?.value ?? value
}

function over({ value, limitAt }: Judgement): number {
  return value === null || limitAt === null ? 0 : Math.abs(value) / Math.max(Math.abs(limitAt), 1e-9)
}
