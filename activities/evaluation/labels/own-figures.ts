import type { MetricValue } from '../../../schemas/metric'
import { evaluateAccuracy } from '../accuracy/evaluate-accuracy'
import type { AccuracyThreshold } from '../accuracy/judge-figure'
import { rowHashes } from '../profiles/row-hashes'
import type { LabelledScores } from '../references/labelled-scores'

/**
 * What a binary batch is judged by: proper scores, which say whether its probabilities can be believed. AUC and accuracy are
 * told, and for gates to judge: within one batch they depend on how different its rows are from each other.
 */
const judged = ['log_loss', 'brier']
/** Shares of the reference's own figure: how much worse is no news, and how much is too much. */
const [warnShare, failShare] = [0.1, 0.25]

/** The labelled rows of a reference, and from which score on its model says 1. */
export interface OwnLabels extends LabelledScores {
  readonly threshold: number
}

export interface OwnFigures {
  readonly figures: readonly MetricValue[]
  /** Relative ones, over all rows. */
  readonly thresholds: readonly AccuracyThreshold[]
}

/**
 * The reference's own accuracy, and the limits that it makes for a batch: log_loss and brier may be worse than the reference's
 * by 10 % (warn) and 25 % (fail) of it, and by no less than chance explains (judgeFigure).
 */
export function ownFigures({ scores, labels, threshold }: OwnLabels): OwnFigures {
  const decisions = Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0))
  const data = { rows: { scores, labels, decisions }, hashes: rowHashes(scores.length) }
  // of the bootstrapped figures none is judged: two replicates of few rows are not waited for
  const all = evaluateAccuracy('binary', data, { seed: 1, replicates: 2, sampleRows: 100 })
  const figures = all.filter(({ metric }) => judged.includes(metric))
  return {
    figures,
    thresholds: figures.map(({ metric, value }) => ({
      metric,
      segment: null,
      kind: 'relative',
      warn: warnShare * (value ?? 0),
      fail: failShare * (value ?? 0),
    })),
  }
}
