import type { MetricScope, MetricValue } from '../../../schemas/metric'
import { parseProfileKey, qualityName } from '../profiles/profile-key'
import type { ReferenceProfile } from '../profiles/reference-profile'
import type { Profile } from '../profiles/shard-profile'
import { draftColumn } from './draft-column'
import { distanceNames, driftedShare } from './drifted-share'
import { judgeMetric } from './judge-metric'
import { metricDraft, type MetricDraft } from './metric-draft'
import { qValues } from './q-values'
import { tooFewRows } from './significance'
import { thresholdFor, type ThresholdOptions } from './threshold-for'

/** All rows, and each segment's by its key, such as `carrier=UA`. */
export interface Segmented<T> {
  readonly all: T
  readonly segments?: ReadonlyMap<string, T>
}

export interface DriftOptions extends ThresholdOptions {
  /** Weights of columns in drifted_share. */
  readonly importance?: ReadonlyMap<string, number>
}

interface Placed {
  readonly scope: MetricScope
  readonly column: string | null
  readonly segment: string | null
  readonly draft: MetricDraft
  /** Why the column has no numbers. */
  readonly error?: string
}

/**
 * Compares a run's rows with its reference: every number of every column and segment, judged. Columns are named by profileKey.
 * Give it all columns of a run at once (features, predictions, label): q values are made over all tests of one scope, and the
 * rates of all columns are one scope, `quality`. A segment is compared with the same segment of the reference by its distances
 * and rates; without one, or with under 200 rows on a side, it is one value `drift`, skipped.
 *
 * A column that cannot be compared becomes one value `drift` with the verdict error, and the others go on. Each scope ends,
 * by segment, with drifted_share, which nothing judges.
 */
export function evaluateDrift(
  reference: Segmented<ReferenceProfile>,
  current: Segmented<Profile>,
  options: DriftOptions = {},
): MetricValue[] {
  const placed = [...placeColumns(null, reference.all, current.all)]
  for (const [segment, profile] of current.segments ?? []) {
    const before = reference.segments?.get(segment)
    const skipped =
      before === undefined ? 'the reference has no such segment' : tooFewRows(before.rows, profile.rows)
    if (before === undefined || skipped !== null)
      placed.push(skippedSegment(segment, before?.rows ?? 0, profile.rows, skipped))
    else placed.push(...placeColumns(segment, before, profile).filter(isOfSegment))
  }
  const qOf = qByScope(placed)
  const values = placed.map((one) => judged(one, qOf, options))
  return [...values, ...summaries(values, options)]
}

function placeColumns(segment: string | null, reference: ReferenceProfile, current: Profile): Placed[] {
  const names = new Set([...reference.columns.keys(), ...current.columns.keys()])
  return [...names].flatMap((name): Placed[] => {
    const { scope, column } = parseProfileKey(name)
    try {
      const { own, quality } = draftColumn(name, reference, current)
      return [
        ...own.map((draft): Placed => ({ scope, column, segment, draft })),
        ...quality.map((draft): Placed => ({ scope: 'quality', column: qualityName(name), segment, draft })),
      ]
    } catch (error) {
      const n = { nReference: reference.rows, nCurrent: current.rows }
      const draft = metricDraft({ metric: 'drift', value: null, ...n })
      return [
        { scope, column, segment, draft, error: error instanceof Error ? error.message : String(error) },
      ]
    }
  })
}

function skippedSegment(segment: string, nReference: number, nCurrent: number, note: string | null): Placed {
  const draft = metricDraft({ metric: 'drift', value: null, nReference, nCurrent, note })
  return { scope: 'feature', column: null, segment, draft }
}

/** Means and quantiles, and what nothing can judge, are told of all rows only: segments are many. */
const ofSegments = [
  ...distanceNames,
  'missing_rate',
  'unseen_rate',
  'out_of_range_rate',
  'nan_rate',
  'infinite_rate',
]

function isOfSegment({ draft, error }: Placed): boolean {
  return error !== undefined || ofSegments.includes(draft.metric)
}

function qByScope(placed: readonly Placed[]): (one: Placed) => number | null {
  const scopes = [...new Set(placed.map(({ scope }) => scope))]
  const ofScope = new Map(
    scopes.map((scope) => [
      scope,
      qValues(placed.filter((one) => one.scope === scope).map(({ draft }) => draft.test)),
    ]),
  )
  return ({ scope, draft }) => (draft.test === null ? null : (ofScope.get(scope)?.get(draft.test) ?? null))
}

function judged(one: Placed, qOf: (one: Placed) => number | null, options: DriftOptions): MetricValue {
  const { scope, column, segment, draft, error } = one
  const { metric, value, statistic, pValue, ciLo, ciHi, nReference, nCurrent } = draft
  const qValue = qOf(one)
  const judgement =
    error === undefined
      ? judgeMetric(draft, thresholdFor({ scope, metric, column, segment }, options), qValue)
      : ({ warnAt: null, failAt: null, verdict: 'error', reason: error } as const)
  const shown = { scope, column, segment, metric, value, statistic, pValue, qValue, ciLo, ciHi }
  return { ...shown, nReference, nCurrent, ...judgement }
}

/** One drifted_share for each scope and segment that has columns compared by distance. */
function summaries(values: readonly MetricValue[], { importance }: DriftOptions): MetricValue[] {
  const groups = new Map<string, MetricValue[]>()
  for (const value of values) {
    if (value.scope === 'quality' || value.column === null) continue
    const key = JSON.stringify([value.scope, value.segment])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [value])
    else group.push(value)
  }
  return [...groups.values()].map((group) => {
    const { scope, segment } = group[0]!
    const summary = driftedShare(scope, segment, group, importance)
    const largest = (sizes: readonly (number | null)[]): number =>
      sizes.reduce<number>((most, size) => Math.max(most, size ?? 0), 0)
    return {
      ...summary,
      statistic: null,
      pValue: null,
      qValue: null,
      ciLo: null,
      ciHi: null,
      nReference: largest(group.map(({ nReference }) => nReference)),
      nCurrent: largest(group.map(({ nCurrent }) => nCurrent)),
      warnAt: null,
      failAt: null,
      verdict: summary.value === null ? 'skipped' : 'none',
    }
  })
}
