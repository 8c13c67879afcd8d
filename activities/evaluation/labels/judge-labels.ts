import type { JobFile } from '../../../schemas/job-file'
import type { GateResult, MetricValue } from '../../../schemas/metric'
import type { EvaluationSummary } from '../../../schemas/run'
import { distanceNames } from '../drift/drifted-share'
import { evaluateDrift } from '../drift/evaluate-drift'
import type { FormerValues } from '../drift/threshold-for'
import { judgeGates } from '../gates/judge-gates'
import type { ReferenceProfile } from '../profiles/reference-profile'
import { shardCodec } from '../profiles/shard-codec'
import type { EvaluationOutcome } from './evaluation-task'
import { withMissingThresholds } from './main-figures'
import { positiveRate } from './positive-rate'
import { rowsAtLeast } from '../drift/significance'

export interface JudgedBy {
  readonly monitor: JobFile['monitor']
  /** What the labels were profiled on; null: there was none. */
  readonly reference: ReferenceProfile | null
  /** Values in the job's former batches. */
  readonly history: FormerValues
  /** Why main figures have no trailing limits, by metric. */
  readonly missing: ReadonlyMap<string, string>
}

export interface JudgedLabels {
  /** Scopes accuracy and label. */
  readonly metrics: readonly MetricValue[]
  readonly gates: readonly GateResult[]
  readonly verdict: EvaluationSummary['verdict']
}

/**
 * The verdict on a batch's labels: accuracy as it was judged, drift of the labels, and the job's gates on both. What a gate would
 * hold back is published already: it counts as fail.
 */
export function judgeLabels(
  { metrics, counts, labelProfile }: Pick<EvaluationOutcome, 'metrics' | 'counts' | 'labelProfile'>,
  { monitor, reference, history, missing }: JudgedBy,
): JudgedLabels {
  const accuracy = withMissingThresholds(metrics, missing)
  const drift = labelDrift(labelProfile, reference, monitor, history)
  const enough = counts.labelled >= rowsAtLeast
  const judged = judgeGates(
    monitor.gates,
    [...accuracy.map((one) => (enough ? one : { ...one, value: null })), ...drift],
    { scopes: ['accuracy', 'label'], history },
  )
  const gates = judged.map((gate): GateResult =>
    gate.action === 'hold' ? { ...gate, action: 'fail' } : gate,
  )
  const said = new Set([...accuracy, ...drift].map(({ verdict }) => verdict as string))
  for (const { action } of gates) said.add(action)
  const verdict = (['fail', 'warn', 'ok'] as const).find((one) => said.has(one)) ?? 'skipped'
  return { metrics: [...accuracy, ...drift], gates, verdict }
}

/** Numbers of the scope label; none without a reference. */
function labelDrift(
  labelProfile: Uint8Array,
  reference: ReferenceProfile | null,
  { thresholds }: JobFile['monitor'],
  history: FormerValues,
): MetricValue[] {
  if (reference === null) return []
  const rules =
    thresholds === 'trailing' ? [...distanceNames].map((metric) => ({ metric, limits: thresholds })) : []
  const all = shardCodec.decode(labelProfile)
  const values = evaluateDrift({ all: reference }, { all }, { rules, history })
  // rates of missing and unseen labels are what counts and coverage tell; a share of one column says nothing
  const drift = values.filter(({ scope, metric }) => scope === 'label' && metric !== 'drifted_share')
  const rate = positiveRate(reference, all)
  return rate === null ? drift : [rate, ...drift]
}
