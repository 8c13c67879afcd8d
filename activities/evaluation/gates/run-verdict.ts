import type { GateAction, MetricValue } from '../../../schemas/metric'

/**
 * What a run comes to: the worst of its gates and of its numbers over all rows. A segment's number that fails is a warning
 * here: it is about few rows, and a gate can say more. skipped: nothing could be judged.
 */
export function runVerdict(values: readonly MetricValue[], gates: GateAction): GateAction {
  const verdicts = values.map(({ verdict, segment }) =>
    segment !== null && verdict === 'fail' ? 'warn' : verdict,
  )
  const judged = (['fail', 'warn', 'ok'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'skipped'
  return (['fail', 'hold', 'warn', 'ok'] as const).find((one) => one === gates || one === judged) ?? 'skipped'
}
