import type { MetricValue } from '../../../schemas/metric'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { isBroken, type Profile } from '../profiles/shard-profile'
import { parseProfileKey } from '../profiles/profile-key'
import { plainMetric } from '../quality/plain-metric'
import { wilsonInterval } from '../stats/wilson-interval'

/**
 * positive_rate of binary labels: the share that is true, with Wilson's interval, so that a drift tells its direction. Not judged.
 * @returns null for other labels, and without any
 */
export function positiveRate(reference: ReferenceProfile, labels: Profile): MetricValue | null {
  for (const [key, { bins, counts: before }] of reference.columns) {
    const counts = labels.columns.get(key)
    if (counts === undefined || isBroken(counts) || bins.kind === 'numeric') return null
    const { levels } = bins.levels
    const at = levels.indexOf('true')
    if (at < 0 || !levels.every((level) => level === 'true' || level === 'false')) return null
    const sum = (of: Float64Array): number => of.reduce((total, count) => total + count, 0)
    const n = sum(counts.bins)
    const interval = wilsonInterval(counts.bins[at]!, n)
    if (interval === null) return null
    return plainMetric({
      scope: 'label',
      column: parseProfileKey(key).column,
      metric: 'positive_rate',
      value: counts.bins[at]! / n,
      ciLo: interval.low,
      ciHi: interval.high,
      nReference: sum(before.bins),
      nCurrent: n,
      reason: `${(before.bins[at]! / sum(before.bins)).toFixed(4)} in the reference`,
    })
  }
  return null
}
