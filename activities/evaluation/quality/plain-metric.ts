import type { MetricValue } from '../../../schemas/metric'

type Given = Pick<MetricValue, 'scope' | 'metric' | 'value' | 'nCurrent'> & Partial<MetricValue>

/** A number about a batch: what is not given is null, of all rows, and judged by no rule. */
export function plainMetric(given: Given): MetricValue {
  return {
    column: null,
    segment: null,
    statistic: null,
    pValue: null,
    qValue: null,
    ciLo: null,
    ciHi: null,
    nReference: null,
    warnAt: null,
    failAt: null,
    verdict: given.value === null ? 'skipped' : 'none',
    reason: null,
    ...given,
  }
}
