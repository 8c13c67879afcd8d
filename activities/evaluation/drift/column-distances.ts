import type { ColumnCounts } from '../profiles/column-counts'
import type { ReferenceColumn } from '../profiles/reference-profile'
import { binShares, type BinShares } from '../stats/bin-shares'
import { chiSquareHomogeneity } from '../stats/chi-square-homogeneity'
import { cramersV } from '../stats/cramers-v'
import { jsDistance } from '../stats/js-distance'
import { ks } from '../stats/ks'
import { extractMoments } from '../stats/moments'
import { psi } from '../stats/psi'
import { triangular } from '../stats/triangular'
import { normalisedWasserstein, wasserstein } from '../stats/wasserstein'
import { metricDraft, type ColumnTest, type MetricDraft } from './metric-draft'

/** Raw values of the current rows, and whether they or the reference's are not of every row. */
export interface CurrentValues {
  /** Finite, ascending. */
  readonly values: Float64Array
  readonly sampled: boolean
}

/**
 * How far a column's rows lie from the reference's: psi and js_distance, of numeric columns ks and wasserstein, of categorical
 * ones triangular and cramers_v, and the column's chi_square, whose p value all of them share. ks shows its own statistic and
 * p value (Kolmogorov's); what is judged is the column's q value for it too. What needs bins is null where B < 2.
 * @throws RangeError where the current rows were counted on other bins
 */
export function columnDistances(
  { bins, counts: reference, sample }: ReferenceColumn,
  current: ColumnCounts,
  currentValues: CurrentValues,
): MetricDraft[] {
  const homogeneity = chiSquareHomogeneity(reference.bins, current.bins)
  const test: ColumnTest | null = homogeneity && {
    statistic: homogeneity.statistic,
    pValue: homogeneity.pValue,
  }
  const n = { nReference: sumOf(reference.bins), nCurrent: sumOf(current.bins) }
  const shared = { ...n, statistic: test?.statistic ?? null, pValue: test?.pValue ?? null, test }
  const shares = binShares(reference.bins, current.bins)
  const note = shares === null ? whyNoShares(n) : null
  const ofShares = (metric: string, distance: (shares: BinShares) => number): MetricDraft =>
    metricDraft({ ...shared, metric, value: shares && distance(shares), note })
  const both = [ofShares('psi', psi), ofShares('js_distance', jsDistance)]
  const ofKind =
    bins.kind === 'numeric'
      ? fromValues(sample, currentValues, reference, shared)
      : [
          ofShares('triangular', triangular),
          ofShares('cramers_v', () => cramersV(reference.bins, current.bins) ?? 0),
        ]
  const chiSquareNote = test === null ? (note ?? 'too few rows outside one bin for a test') : null
  const chiSquare = metricDraft({
    ...shared,
    metric: 'chi_square',
    value: shared.statistic,
    note: chiSquareNote,
  })
  return [...both, ...ofKind, chiSquare]
}

function fromValues(
  sample: Float64Array,
  { values, sampled }: CurrentValues,
  { moments }: ColumnCounts,
  shared: Pick<MetricDraft, 'statistic' | 'pValue' | 'test'>,
): MetricDraft[] {
  const found = ks(sample, values)
  const distance = wasserstein(sample, values)
  const n = { nReference: sample.length, nCurrent: values.length }
  const note = found === null ? whyNoShares(n) : sampled ? 'sampled' : null
  const { statistic, pValue } = found ?? { statistic: null, pValue: null }
  return [
    metricDraft({ ...n, metric: 'ks', value: statistic, statistic, pValue, note, test: shared.test }),
    metricDraft({
      ...shared,
      ...n,
      metric: 'wasserstein',
      value: distance === null ? null : finite(normalisedWasserstein(distance, extractMoments(moments).sd)),
      note,
    }),
  ]
}

/** Values beyond 1e150 have no sd in float64: an infinite or undefined distance is none. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function whyNoShares({ nReference, nCurrent }: { nReference: number; nCurrent: number }): string {
  if (nReference === 0) return 'the reference has no values'
  return nCurrent === 0 ? 'the current rows have no values' : 'all values of both sides are in one bin'
}

function sumOf(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
