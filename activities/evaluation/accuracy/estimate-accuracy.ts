import type { MetricValue } from '../../../schemas/metric'
import { cbpe } from '../stats/cbpe'
import { isotonic } from '../stats/isotonic'
import { scoreCounts } from '../stats/score-counts'

export interface EstimateInput {
  /** Scores and labels (0 or 1) of a reference: what the calibration is learnt from. */
  readonly reference: { readonly scores: Float64Array; readonly labels: Uint8Array }
  /** Scores of the batch, which has no labels yet; those that are not finite are left out. */
  readonly scores: Float64Array
  /** Scores at or above it are decided as 1. */
  readonly threshold: number
  /** column=value; null or left out: all rows. */
  readonly segment?: string | null
}

const names = {
  accuracy: 'accuracy',
  precision: 'precision',
  recall: 'recall',
  specificity: 'specificity',
  f1: 'f1',
  mcc: 'mcc',
  cohenKappa: 'cohen_kappa',
} as const
const keys = Object.keys(names) as (keyof typeof names)[]

/**
 * What the accuracy of a binary batch will be, before labels come (`cbpe` on scores calibrated by `isotonic` on the reference):
 * accuracy, precision, recall, specificity, f1, mcc, cohen_kappa and roc_auc, by the names of their measured counterparts. The
 * reason begins with `estimated`; no interval, no verdict: it is right as long as the reference's calibration still holds, which
 * no number of rows can tell. nReference and nCurrent are the rows that were used.
 *
 * Values are null with a reason where the reference has no labelled rows or the batch no scores. O(n log n).
 */
export function estimateAccuracy({
  reference,
  scores,
  threshold,
  segment = null,
}: EstimateInput): MetricValue[] {
  const ofReference = scoreCounts.create(...finite(reference.scores, reference.labels))
  const [finiteScores, noLabels] = finite(scores, new Uint8Array(scores.length))
  const { scores: distinct, negatives: rows } = scoreCounts.create(finiteScores, noLabels)
  const fit = isotonic.fit(ofReference)
  const totals = scoreCounts.totals(ofReference)
  const nReference = totals.positives + totals.negatives
  const found = fit === null ? null : cbpe(distinct, rows, isotonic.apply(fit, distinct), threshold)
  const value = (metric: string, of: number | null | undefined): MetricValue => ({
    scope: 'accuracy',
    column: null,
    segment,
    metric,
    value: of ?? null,
    statistic: null,
    pValue: null,
    qValue: null,
    ciLo: null,
    ciHi: null,
    nReference,
    nCurrent: finiteScores.length,
    warnAt: null,
    failAt: null,
    verdict: 'none',
    reason: `estimated: ${reasonOf(nReference, finiteScores.length, of ?? null)}`,
  })
  return [...keys.map((key) => value(names[key], found?.metrics[key])), value('roc_auc', found?.rocAuc)]
}

function reasonOf(nReference: number, n: number, value: number | null): string {
  if (nReference === 0) return 'the reference has no labelled rows'
  if (n === 0) return 'the batch has no scores'
  if (value === null) return 'only one class is expected'
  return `CBPE, isotonic on ${nReference} labelled rows`
}

function finite(scores: Float64Array, labels: Uint8Array): [Float64Array, Uint8Array] {
  if (scores.every(Number.isFinite)) return [scores, labels]
  return [scores.filter(Number.isFinite), labels.filter((_, row) => Number.isFinite(scores[row]))]
}
