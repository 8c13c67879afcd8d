import type { Finding, Report, ReportColumn } from '../../../schemas/report'
import { batchFinding } from './batch-finding'
import { columnFinding, type ColumnFinding } from './column-finding'
import { byFlagRank, flagsOf, type Flag } from './flags-of'
import { segmentFinding } from './segment-finding'

/** What findings are made of. */
export type Findable = Pick<Report, 'columns' | 'quality' | 'gates' | 'segments' | 'accuracy' | 'trends'>

const most = 100

/**
 * What is wrong, in sentences, worst first: one for each column, for each number of the batch as a whole, and for each segment
 * that has trouble of its own (not that of all rows). Within a verdict causes come before what they cause: what is wrong with
 * the whole batch, then recognised faults (a unit, a renamed value, a stuck column), then all else, then predictions; each by
 * severity, one scale for all. At most 100.
 */
export function findings({ columns, quality, gates, segments, accuracy, trends }: Findable): Finding[] {
  const metrics = [
    ...columns.flatMap((column) => column.metrics),
    ...quality,
    ...segments.flatMap((segment) => segment.metrics),
    ...(accuracy?.metrics ?? []),
  ]
  const flags = flagsOf(metrics, gates)
  const owners = ownersOf(columns)
  const ownerOf = (flag: Flag): ReportColumn | null => owners.get(ownerKey(flag)) ?? null
  const byColumn = groupBy(
    flags.filter(({ segment, column }) => segment === null && column !== null),
    (flag) => ownerOf(flag) ?? ownerKey(flag),
  )
  const suspects = [...byColumn.keys()].flatMap((owner) =>
    typeof owner !== 'string' && owner.scope === 'feature' ? [owner.column] : [],
  )
  const ofColumns = [...byColumn].map(([owner, own]): ColumnFinding =>
    typeof owner === 'string'
      ? { finding: batchFinding(own[0], accuracy, null), isFault: false }
      : columnFinding(owner, own, suspects),
  )
  const rowCounts = trends.find(({ metric }) => metric === 'row_count_ratio')
  const ofBatch = flags
    .filter(({ segment, column }) => segment === null && column === null)
    .map((flag) => batchFinding(flag, accuracy, formerBatches(rowCounts)))
  const troubled = new Set(flags.filter(({ segment }) => segment === null).map(ownerKey))
  const ofSegments = [
    ...groupBy(
      flags.filter((flag) => flag.segment !== null && !troubled.has(ownerKey(flag))),
      ({ segment }) => segment ?? '',
    ),
  ].map(([segment, own]) => segmentFinding(segment, own))
  const others = [...ofBatch, ...ofSegments].map((finding) => ({ finding, isFault: false }))
  return [...ofColumns, ...others]
    .sort(byRank)
    .slice(0, most)
    .map(({ finding }) => finding)
}

/** By verdict, then causes before what they cause, then by severity. */
function byRank(a: ColumnFinding, b: ColumnFinding): number {
  const byVerdict = byFlagRank({ ...a.finding, severity: 0 }, { ...b.finding, severity: 0 })
  return byVerdict || depth(a) - depth(b) || b.finding.severity - a.finding.severity
}

/** The batch as a whole, faults, all else, predictions, which move because their inputs do. */
function depth({ finding: { scope, column, segment }, isFault }: ColumnFinding): number {
  if (scope === 'quality' && column === null && segment === null) return 0
  if (scope === 'prediction') return 3
  return isFault ? 1 : 2
}

function formerBatches(trend: Report['trends'][number] | undefined): number | null {
  return trend === undefined || trend.points.length < 2 ? null : trend.points.length - 1
}

/** Numbers of quality and skew belong to the column that they are shown with. */
function ownersOf(columns: readonly ReportColumn[]): Map<string, ReportColumn> {
  return new Map(
    [...columns]
      .reverse() // of two columns with one name the worse one, unless their scopes tell
      .flatMap((column) =>
        [column.scope, ...column.metrics.map(({ scope }) => scope)].map(
          (scope) => [ownerKey({ scope, column: column.column, metric: '' }), column] as const,
        ),
      ),
  )
}

function ownerKey({ scope, column, metric }: Pick<Flag, 'scope' | 'column' | 'metric'>): string {
  return JSON.stringify(column === null ? [scope, null, metric] : [scope, column])
}

function groupBy<K, T>(list: readonly T[], keyOf: (one: T) => K): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>()
  for (const one of list) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}
