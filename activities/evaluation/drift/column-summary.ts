import type { ColumnBins } from '../profiles/column-bins'
import type { ColumnCounts } from '../profiles/column-counts'
import { extractMoments } from '../stats/moments'
import { quantileSorted } from '../stats/quantile-sorted'
import type { CurrentValues } from './column-distances'
import { metricDraft, type MetricDraft } from './metric-draft'

/** The quantiles that are told of numeric columns: name and share. */
export const summaryQuantiles = [
  ['q05', 0.05],
  ['q25', 0.25],
  ['q50', 0.5],
  ['q75', 0.75],
  ['q95', 0.95],
] as const

/**
 * Where the current values of a column of numbers lie, in its unit: mean, sd (ddof 1), min and max of all rows, and, of a
 * numeric column, the quantiles q05 to q95 of the raw values (sampled where those are). Nothing of a column of texts.
 */
export function columnSummary(
  bins: ColumnBins,
  reference: ColumnCounts,
  current: ColumnCounts,
  { values, sampled }: CurrentValues,
): MetricDraft[] {
  if (bins.kind === 'categorical' && bins.of === 'text') return []
  const { n, mean, sd, min, max } = extractMoments(current.moments)
  const plain = Object.entries({ mean, sd, min, max }).map(([metric, value]) =>
    metricDraft({
      metric,
      value: value === null || Number.isFinite(value) ? value : null,
      nReference: reference.moments.n,
      nCurrent: n,
      note: n === 0 ? 'the current rows have no values' : null,
    }),
  )
  if (bins.kind === 'categorical') return plain
  const note = values.length === 0 ? 'the current rows have no values' : sampled ? 'sampled' : null
  const ofValues = summaryQuantiles.map(([metric, share]) =>
    metricDraft({
      metric,
      value: quantileSorted(values, share),
      nReference: reference.moments.n,
      nCurrent: values.length,
      note,
    }),
  )
  return [...plain, ...ofValues]
}
