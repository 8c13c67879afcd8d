import type { MetricScope, MetricValue } from '../../../schemas/metric'
import { knownMetrics } from './metric-note'

const scopes: readonly MetricScope[] = [
  'feature',
  'prediction',
  'label',
  'quality',
  'skew',
  'accuracy',
  'estimate',
  'speed',
]

/** In the order in which a report lists numbers, whatever order they were stored in: by scope, column, segment, then as the notes have them. */
export function metricOrder(a: MetricValue, b: MetricValue): number {
  return (
    scopes.indexOf(a.scope) - scopes.indexOf(b.scope) ||
    byText(a.column ?? '', b.column ?? '') ||
    byText(a.segment ?? '', b.segment ?? '') ||
    placeOf(a.metric) - placeOf(b.metric) ||
    byText(a.metric, b.metric)
  )
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** Those without a note come last. */
function placeOf(metric: string): number {
  const place = knownMetrics.indexOf(metric)
  return place < 0 ? knownMetrics.length : place
}
