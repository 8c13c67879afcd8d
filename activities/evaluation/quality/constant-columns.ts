import type { MetricValue } from '../../../schemas/metric'
import type { ColumnCounts } from '../profiles/column-counts'
import { qualityName } from '../profiles/profile-key'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { isBroken, type Profile } from '../profiles/shard-profile'
import { plainMetric } from './plain-metric'
import { rowsAtLeast } from '../drift/significance'

const formerRunsAtLeast = 7

/**
 * is_constant of each column: 1 where all its values are the same. It warns where the reference has several, there are 200
 * rows, and in none of (at least 7) former published batches it was constant: the day of the week is constant every day.
 * @param former its values in former batches, by column
 */
export function constantColumns(
  reference: ReferenceProfile,
  current: Profile,
  former: (column: string) => readonly number[],
): MetricValue[] {
  return [...current.columns].flatMap(([key, counts]) => {
    const before = reference.columns.get(key)
    if (isBroken(counts) || before === undefined) return []
    const column = qualityName(key)
    const value = isConstant(counts) ? 1 : 0
    const values = former(column)
    const present = presentRows(counts)
    const metric = { scope: 'quality', column, metric: 'is_constant', value, nCurrent: present } as const
    const ofReference = { nReference: presentRows(before.counts) }
    if (value === 0 || isConstant(before.counts))
      return [plainMetric({ ...metric, ...ofReference, verdict: 'ok' })]
    if (present < rowsAtLeast || values.length < formerRunsAtLeast)
      return [
        plainMetric({
          ...metric,
          ...ofReference,
          verdict: 'skipped',
          reason: `${present} rows and ${values.length} former batches, needed are ${rowsAtLeast} and ${formerRunsAtLeast}`,
        }),
      ]
    const isUsual = values.includes(1)
    return [plainMetric({ ...metric, ...ofReference, warnAt: 0, verdict: isUsual ? 'ok' : 'warn' })]
  })
}

function isConstant({ bins, moments, nan, plusInfinity, minusInfinity }: ColumnCounts): boolean {
  if (nan + plusInfinity + minusInfinity > 0) return false
  if (moments.n > 0) return moments.min === moments.max
  // the last two bins, OTHER and UNSEEN, may hold several values
  const levels = bins.subarray(0, -2)
  return levels.filter((count) => count > 0).length === 1 && bins.at(-1) === 0 && bins.at(-2) === 0
}

function presentRows({ bins, nan, plusInfinity, minusInfinity }: ColumnCounts): number {
  return bins.reduce((sum, count) => sum + count, nan + plusInfinity + minusInfinity)
}
