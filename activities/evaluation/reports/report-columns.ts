import type { MetricValue, Verdict } from '../../../schemas/metric'
import type { ColumnFacts, ReportColumn, ReportHistogram } from '../../../schemas/report'
import { parseProfileKey, profileScopes, type ProfileScope } from '../profiles/profile-key'
import { severityOf } from './severity-of'

/** A column of the reference: a row of reference_column. */
export interface ReferenceSide extends ColumnFacts {
  readonly scope: ProfileScope
  readonly column: string
  readonly kind: 'numeric' | 'categorical'
  /** numeric: inner edges; categorical: levels. */
  readonly bins: readonly (number | string)[]
  readonly counts: readonly number[]
}

/** The same column of the run: a row of column_profile. */
export interface CurrentSide extends ColumnFacts {
  readonly scope: ProfileScope
  readonly column: string
  readonly counts: readonly number[]
  readonly unseen: Readonly<Record<string, number>>
}

const verdicts: readonly Verdict[] = ['none', 'skipped', 'ok', 'warn', 'error', 'fail']

/** The worst of the verdicts; none where there are none. */
export function worstVerdict(of: readonly Verdict[]): Verdict {
  return of.reduce<Verdict>(
    (worst, one) => (verdicts.indexOf(one) > verdicts.indexOf(worst) ? one : worst),
    'none',
  )
}

/**
 * The columns of a report, worst first: by verdict, then severity, then name. A number of quality or skew goes to the feature of
 * its name, else to the prediction, else to the label; it may also name its column by profile key. What only the reference has,
 * such as labels that have not come, is left out unless a number tells of it.
 * @param metrics over all rows
 */
export function reportColumns(
  reference: readonly ReferenceSide[],
  current: readonly CurrentSide[],
  metrics: readonly MetricValue[],
): ReportColumn[] {
  const before = new Map(reference.map((one) => [keyOf(one), one]))
  const now = new Map(current.map((one) => [keyOf(one), one]))
  const keys = new Set([...before.keys(), ...now.keys()])
  const byKey = new Map<string, MetricValue[]>()
  for (const metric of metrics) {
    if (metric.column === null || metric.segment !== null) continue
    const place = placeOf(metric.scope, metric.column, keys)
    if (place === null) continue
    const key = keyOf(place)
    const own = { ...metric, column: place.column }
    const list = byKey.get(key)
    if (list === undefined) byKey.set(key, [own])
    else list.push(own)
  }
  return [...new Set([...now.keys(), ...byKey.keys()])]
    .map((key) => columnOf(key, before.get(key) ?? null, now.get(key) ?? null, byKey.get(key) ?? []))
    .sort(byBadness)
}

function columnOf(
  key: string,
  before: ReferenceSide | null,
  now: CurrentSide | null,
  metrics: readonly MetricValue[],
): ReportColumn {
  const [scope, column] = JSON.parse(key) as [ProfileScope, string]
  const severities = metrics.flatMap(
    (metric) =>
      severityOf(
        metric,
        metrics.filter((one) => one.scope === metric.scope),
      ) ?? [],
  )
  return {
    scope,
    column,
    verdict: worstVerdict(metrics.map(({ verdict }) => verdict)),
    severity: severities.length === 0 ? null : Math.max(...severities),
    metrics,
    histogram: histogramOf(before, now),
    reference: before && factsOf(before),
    current: now && factsOf(now),
    unseen: Object.entries(now?.unseen ?? {})
      .map(([value, rows]) => ({ value, rows }))
      .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1)),
  }
}

function byBadness(a: ReportColumn, b: ReportColumn): number {
  return (
    verdicts.indexOf(b.verdict) - verdicts.indexOf(a.verdict) ||
    (b.severity ?? -1) - (a.severity ?? -1) ||
    profileScopes.indexOf(a.scope) - profileScopes.indexOf(b.scope) ||
    (a.column < b.column ? -1 : 1)
  )
}

function histogramOf(before: ReferenceSide | null, now: CurrentSide | null): ReportHistogram | null {
  if (before === null || now === null || before.counts.length !== now.counts.length) return null
  const { kind, bins, counts: reference } = before
  const current = now.counts
  if (kind === 'numeric') return { kind, edges: bins.map(Number), labels: [], reference, current }
  const labels = [...bins.map(String), 'OTHER', 'UNSEEN']
  const [other, unseen] = [labels.length - 2, labels.length - 1]
  const shown = labels.flatMap((_, i) =>
    (i === other || i === unseen) && reference[i] === 0 && current[i] === 0 ? [] : [i],
  )
  const take = <T>(list: readonly T[]): T[] => shown.map((i) => list[i]!)
  return { kind, edges: [], labels: take(labels), reference: take(reference), current: take(current) }
}

function factsOf({ rows, missing, mean, sd, min, max }: ColumnFacts): ColumnFacts {
  return { rows, missing, mean, sd, min, max }
}

function placeOf(
  scope: MetricValue['scope'],
  column: string,
  keys: ReadonlySet<string>,
): { readonly scope: ProfileScope; readonly column: string } | null {
  const own = profileScopes.find((one) => one === scope)
  if (own !== undefined) return { scope: own, column }
  if (scope !== 'quality' && scope !== 'skew') return null
  const named = profileScopes.find((one) => keys.has(keyOf({ scope: one, column })))
  return named === undefined ? parseProfileKey(column) : { scope: named, column }
}

function keyOf({ scope, column }: { readonly scope: ProfileScope; readonly column: string }): string {
  return JSON.stringify([scope, column])
}
