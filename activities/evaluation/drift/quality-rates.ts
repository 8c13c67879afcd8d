import type { ColumnCounts } from '../profiles/column-counts'
import type { ReferenceColumn } from '../profiles/reference-profile'
import { twoProportionTest } from '../stats/two-proportion-test'
import { wilsonInterval } from '../stats/wilson-interval'
import { metricDraft, type ColumnTest, type MetricDraft } from './metric-draft'

interface Rate {
  readonly metric: string
  readonly reference: Counted
  readonly current: Counted
}

interface Counted {
  readonly count: number
  readonly n: number
}

/**
 * The rates of one column: missing_rate over all rows; over the rows that are not missing unseen_rate (categorical),
 * out_of_range_rate, and nan_rate and infinite_rate where either side has such rows (numbers). Each with its Wilson interval,
 * its two-proportion test against the reference's rate, and the difference of the two as its effect: only a higher rate is
 * judged. The difference follows as `<rate>_difference`, which nothing judges. 0 to 1.
 */
export function qualityRates(
  { bins, counts: reference }: ReferenceColumn,
  current: ColumnCounts,
): MetricDraft[] {
  const rate = (metric: string, countOf: (counts: ColumnCounts) => number): Rate => ({
    metric,
    reference: { count: countOf(reference), n: presentRows(reference) },
    current: { count: countOf(current), n: presentRows(current) },
  })
  const rates = [
    {
      metric: 'missing_rate',
      reference: { count: reference.missing, n: reference.missing + presentRows(reference) },
      current: { count: current.missing, n: current.missing + presentRows(current) },
    },
  ]
  if (bins.kind === 'categorical') rates.push(rate('unseen_rate', (counts) => counts.bins.at(-1) ?? 0))
  if (bins.kind === 'numeric' || bins.of === 'number') {
    rates.push(rate('out_of_range_rate', (counts) => counts.outOfRange))
    const rare = [
      rate('nan_rate', (counts) => counts.nan),
      rate('infinite_rate', (counts) => counts.plusInfinity + counts.minusInfinity),
    ]
    rates.push(...rare.filter((one) => one.reference.count + one.current.count > 0))
  }
  return rates.flatMap(draftsOf)
}

function draftsOf({ metric, reference, current }: Rate): MetricDraft[] {
  const n = { nReference: reference.n, nCurrent: current.n }
  const value = current.n === 0 ? null : current.count / current.n
  const difference = value === null || reference.n === 0 ? null : value - reference.count / reference.n
  const test = testOf(current, reference)
  const interval = wilsonInterval(current.count, current.n)
  const note =
    current.n === 0
      ? 'the current rows have no values'
      : reference.n === 0
        ? 'the reference has no values'
        : null
  return [
    metricDraft({
      ...n,
      metric,
      value,
      effect: difference, // fewer missing or unseen values than usual are no harm
      statistic: test?.statistic ?? null,
      pValue: test?.pValue ?? null,
      ciLo: interval?.low ?? null,
      ciHi: interval?.high ?? null,
      note,
      test,
    }),
    metricDraft({ ...n, metric: `${metric}_difference`, value: difference, note }),
  ]
}

/**
 * Where none or all rows count on both sides nothing differs: p = 1, so that the number of tests of a run, and with it every q
 * value, does not depend on how many rates happen to be 0. null: a side has no rows.
 */
function testOf(current: Counted, reference: Counted): ColumnTest | null {
  if (current.n === 0 || reference.n === 0) return null
  const found = twoProportionTest(current, reference)
  return found === null ? { statistic: 0, pValue: 1 } : { statistic: found.z, pValue: found.pValue }
}

function presentRows({ bins, nan, plusInfinity, minusInfinity }: ColumnCounts): number {
  return bins.reduce((sum, count) => sum + count, nan + plusInfinity + minusInfinity)
}
