import type { MetricValue } from '../../../schemas/metric'
import type { MetricDraft } from './metric-draft'
import { qBelow, tooFewRows } from './significance'
import type { Threshold } from './threshold-for'

type Judgement = Pick<MetricValue, 'warnAt' | 'failAt' | 'verdict' | 'reason'>

/**
 * The one rule: a number warns or fails where it lies over the threshold and the q value of its column's test is under 0.01.
 * Without a test (too little differs for one) it is ok. Skipped, with the numbers shown: without a value, with under 200 rows
 * on either side, or where the threshold is a reason why there is none.
 * @param qValue of the draft's test
 */
export function judgeMetric(
  draft: MetricDraft,
  threshold: Threshold | string | null,
  qValue: number | null,
): Judgement {
  const limits =
    threshold === null || typeof threshold === 'string'
      ? { warnAt: null, failAt: null }
      : { warnAt: threshold.warnAt, failAt: threshold.failAt }
  const reasons = draft.note === null ? [] : [draft.note]
  if (threshold === null) {
    const verdict = draft.value === null ? 'skipped' : 'none'
    return { ...limits, verdict, reason: draft.note }
  }
  const skip = whySkipped(draft, threshold)
  if (skip !== null) {
    if (skip !== '') reasons.push(skip)
    return { ...limits, verdict: 'skipped', reason: reasons.join('; ') || 'undefined for these rows' }
  }
  return { ...limits, verdict: weigh(draft, threshold, qValue), reason: draft.note }
}

/** null: not skipped; an empty text: the draft's own note says why. */
function whySkipped(draft: MetricDraft, threshold: Threshold | string): string | null {
  const { nReference, nCurrent, value, effect } = draft
  const few = tooFewRows(nReference, nCurrent)
  if (few !== null) return few
  if (value === null || effect === null) return ''
  return typeof threshold === 'string' ? threshold : null
}

function weigh(
  draft: MetricDraft,
  threshold: Threshold | string,
  qValue: number | null,
): MetricValue['verdict'] {
  if (typeof threshold === 'string' || qValue === null || !(qValue < qBelow)) return 'ok'
  const judged = (threshold.of === 'value' ? draft.value : draft.effect) ?? 0
  if (judged > threshold.failAt) return 'fail'
  return judged > threshold.warnAt ? 'warn' : 'ok'
}
