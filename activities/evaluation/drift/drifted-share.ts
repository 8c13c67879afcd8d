import type { MetricScope, MetricValue } from '../../../schemas/metric'

/** A column's distance next to the limits it was judged by. */
type Judged = MetricValue & { readonly column: string }

/** The metrics that tell how far a column is from its reference. */
export const distanceNames = ['psi', 'js_distance', 'ks', 'wasserstein', 'triangular'] as const
const namedAtMost = 5

/**
 * What a scope (of a segment) comes to: the share of its columns with a distance that warns or fails, 0 to 1, of those
 * that could be judged, weighted by importance. A column whose importance is not given has the mean of those that are; 1
 * each where none is. The reason names the worst columns, failed ones first, each with the distance furthest over its limit.
 * @param values the judged distances of one scope and segment; others are passed over
 * @param importance by column, 0 or more
 * @returns a value of null, skipped, where no column could be judged
 */
export function driftedShare(
  scope: MetricScope,
  segment: string | null,
  values: readonly MetricValue[],
  importance: ReadonlyMap<string, number> = new Map(),
): Pick<MetricValue, 'scope' | 'segment' | 'column' | 'metric' | 'value' | 'reason'> {
  const worst = worstByColumn(values.filter(isJudged))
  const known = [...worst.keys()].flatMap((column) => importance.get(column) ?? [])
  const mean = known.length === 0 ? 1 : known.reduce((sum, one) => sum + one, 0) / known.length
  const weightOf = (column: string): number => importance.get(column) ?? mean
  const drifted = [...worst.values()].filter(({ verdict }) => verdict !== 'ok')
  const total = [...worst.keys()].reduce((sum, column) => sum + weightOf(column), 0)
  const share = drifted.reduce((sum, { column }) => sum + weightOf(column), 0) / total
  const named = drifted.sort(byBadness).slice(0, namedAtMost)
  const more = drifted.length > named.length ? ` and ${drifted.length - named.length} more` : ''
  const reason =
    named.length === 0
      ? null
      : `worst: ${named.map(({ column, metric, value }) => `${column} (${metric} ${value?.toPrecision(3) ?? ''})`).join(', ')}${more}`
  const what = { scope, segment, column: null, metric: 'drifted_share' }
  if (total === 0)
    return {
      ...what,
      value: null,
      reason: worst.size === 0 ? 'no column could be judged' : 'no column has any importance',
    }
  return { ...what, value: share, reason }
}

function isJudged(value: MetricValue): value is Judged {
  return (
    value.column !== null &&
    distanceNames.some((name) => name === value.metric) &&
    ['ok', 'warn', 'fail'].includes(value.verdict)
  )
}

function worstByColumn(values: readonly Judged[]): Map<string, Judged> {
  const worst = new Map<string, Judged>()
  for (const value of values) {
    const before = worst.get(value.column)
    if (before === undefined || byBadness(value, before) < 0) worst.set(value.column, value)
  }
  return worst
}

/** Negative where a is worse: by verdict, then by how many times its limit it is, then by name. */
function byBadness(a: Judged, b: Judged): number {
  const ranks = ['fail', 'warn', 'ok']
  const byVerdict = ranks.indexOf(a.verdict) - ranks.indexOf(b.verdict)
  return byVerdict || timesOver(b) - timesOver(a) || (a.column < b.column ? -1 : 1)
}

function timesOver({ value, failAt }: Judged): number {
  return (value ?? 0) / Math.max(failAt ?? 0, 1e-9)
}
