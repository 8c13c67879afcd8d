import { finiteValues } from '../profiles/finite-values'
import { isTextColumn, type ProfileColumn } from '../profiles/profile-column'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { isBroken, type Profile } from '../profiles/shard-profile'
import { columnDistances, type CurrentValues } from './column-distances'
import { columnSummary } from './column-summary'
import type { MetricDraft } from './metric-draft'
import { qualityRates } from './quality-rates'

/** A column's numbers before they are judged: of its own scope, and of the scope `quality`. */
export interface ColumnDrafts {
  readonly own: readonly MetricDraft[]
  readonly quality: readonly MetricDraft[]
}

/**
 * All numbers of one column.
 * @throws Error where it cannot be compared: broken when it was profiled, there on one side only, or on other bins
 */
export function draftColumn(name: string, reference: ReferenceProfile, current: Profile): ColumnDrafts {
  const before = reference.columns.get(name)
  const now = current.columns.get(name)
  if (before === undefined) throw new Error('the reference has no such column')
  if (now === undefined) throw new Error('the current rows have no such column')
  if (isBroken(now)) throw new Error(now.error)
  const sampled = current.sample.columns.get(name)
  const values = sampledValues(before.bins.kind === 'numeric' ? sampled : undefined, reference, current)
  return {
    own: [...columnDistances(before, now, values), ...columnSummary(before.bins, before.counts, now, values)],
    quality: qualityRates(before, now),
  }
}

function sampledValues(
  column: ProfileColumn | undefined,
  reference: ReferenceProfile,
  { sample, rows }: Profile,
): CurrentValues {
  return {
    values: column === undefined || isTextColumn(column) ? new Float64Array() : finiteValues(column),
    sampled: reference.sampled || sample.hashes.length < rows,
  }
}
