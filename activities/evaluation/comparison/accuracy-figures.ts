import type { ComparisonFigure } from '../../../schemas/comparison'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { delongDifference } from '../stats/delong-difference'
import { logLoss } from '../stats/log-loss'
import { mcnemar } from '../stats/mcnemar'
import { pairedMean } from '../stats/paired-mean'
import { rmseGain } from '../stats/rmse-gain'
import { comparisonFigure } from './comparison-figure'
import type { Both, ComparedRows } from './compared-rows'

const { abs } = Math
const { isFinite } = Number

/** The figure that non-inferiority is judged by: higher is better for the challenger, 0 is the champion's. */
export const mainDifference: Readonly<Record<AccuracyTask, string>> = {
  binary: 'roc_auc_difference',
  multiclass: 'accuracy_difference',
  regression: 'rmse_gain',
}

/** Rows that have a label and finite numbers of both models: what every figure of accuracy is over. */
export function usableRows({ rows, labels, scores, losses }: ComparedRows): Uint32Array {
  const at = new Uint32Array(rows)
  let filled = 0
  const finite = (both: Both<Float64Array> | null, row: number): boolean =>
    both === null || (isFinite(both.champion[row]!) && isFinite(both.challenger[row]!))
  for (let row = 0; row < rows; row++)
    if (isFinite(labels[row]!) && finite(scores, row) && finite(losses, row)) at[filled++] = row
  return at.subarray(0, filled)
}

/**
 * What labels say of two models over the rows at these positions, the main figure first: differences of accuracy, each with a paired
 * 95 % interval, and McNemar's test of which is right more often.
 */
export function accuracyFigures(task: AccuracyTask, of: ComparedRows, at: Uint32Array): ComparisonFigure[] {
  switch (task) {
    case 'binary':
      return [mainFigure(task, of, at), ...ofDecisions(of, at), ...ofProbabilities(of, at)]
    case 'multiclass': {
      const { champion, challenger } = of.losses!
      const means = pairedMean(
        at.length,
        (i) => champion[at[i]!]!,
        (i) => challenger[at[i]!]!,
      )
      return [...ofDecisions(of, at), comparisonFigure.paired('log_loss_difference', means)]
    }
    case 'regression':
      return [mainFigure(task, of, at), ...ofErrors(of, at)]
  }
}

/** The main figure alone: what segments are compared by. */
export function mainFigure(task: AccuracyTask, of: ComparedRows, at: Uint32Array): ComparisonFigure {
  switch (task) {
    case 'binary': {
      const { champion, challenger } = take(of.scores!, at)
      const auc = delongDifference(
        champion,
        challenger,
        Uint8Array.from(at, (row) => of.labels[row]!),
      )
      if (auc === null)
        return comparisonFigure.missing(mainDifference[task], at.length, 'fewer than two labels of a class')
      return comparisonFigure.of(mainDifference[task], auc.difference, at.length, {
        ...comparisonFigure.bounds(auc),
        champion: auc.champion,
        challenger: auc.challenger,
      })
    }
    case 'multiclass':
      return ofAccuracy(of, at)
    case 'regression': {
      const { champion, challenger } = take(of.scores!, at)
      const found = rmseGain(
        champion,
        challenger,
        Float64Array.from(at, (row) => of.labels[row]!),
      )
      if (found === null || found.gain === null)
        return comparisonFigure.missing(
          mainDifference[task],
          at.length,
          found === null ? 'fewer than two labels' : 'the champion has no error to compare with',
        )
      return comparisonFigure.of(mainDifference[task], found.gain.value, found.n, {
        ...comparisonFigure.bounds(found.gain),
        champion: found.champion,
        challenger: found.challenger,
      })
    }
  }
}

function take({ champion, challenger }: Both<Float64Array>, at: Uint32Array): Both<Float64Array> {
  const of = (column: Float64Array): Float64Array => {
    const taken = new Float64Array(at.length)
    for (let i = 0; i < at.length; i++) taken[i] = column[at[i]!]!
    return taken
  }
  return { champion: of(champion), challenger: of(challenger) }
}

function ofAccuracy({ codes, labels }: ComparedRows, at: Uint32Array): ComparisonFigure {
  const { champion, challenger } = codes!
  const isRight = (side: Int32Array) => (i: number) => (side[at[i]!] === labels[at[i]!] ? 1 : 0)
  return comparisonFigure.paired(
    'accuracy_difference',
    pairedMean(at.length, isRight(champion), isRight(challenger)),
  )
}

function ofDecisions(of: ComparedRows, at: Uint32Array): ComparisonFigure[] {
  const { champion, challenger } = of.codes!
  let [onlyChampion, onlyChallenger] = [0, 0]
  for (const row of at) {
    const [a, b] = [champion[row] === of.labels[row], challenger[row] === of.labels[row]]
    if (a && !b) onlyChampion++
    if (b && !a) onlyChallenger++
  }
  const { statistic, pValue, exact } = mcnemar(onlyChampion, onlyChallenger)
  return [
    ofAccuracy(of, at),
    comparisonFigure.of('mcnemar', onlyChallenger - onlyChampion, at.length, {
      champion: onlyChampion,
      challenger: onlyChallenger,
      statistic,
      pValue,
      reason: exact ? 'exact' : 'chi-square with continuity correction',
    }),
  ]
}

function ofProbabilities({ scores, labels }: ComparedRows, at: Uint32Array): ComparisonFigure[] {
  const { champion, challenger } = scores!
  const names = ['log_loss_difference', 'brier_difference']
  if (at.some((row) => outside(champion[row]!) || outside(challenger[row]!)))
    return names.map((name) =>
      comparisonFigure.missing(name, at.length, 'scores outside 0 to 1 are no probabilities'),
    )
  const cost = (side: Float64Array) => (i: number) =>
    logLoss.cost(labels[at[i]!] === 0 ? 1 - side[at[i]!]! : side[at[i]!]!)
  const square = (side: Float64Array) => (i: number) => (side[at[i]!]! - labels[at[i]!]!) ** 2
  return [cost, square].map((loss, i) =>
    comparisonFigure.paired(names[i]!, pairedMean(at.length, loss(champion), loss(challenger))),
  )
}

function outside(score: number): boolean {
  return score < 0 || score > 1
}

function ofErrors({ scores, labels }: ComparedRows, at: Uint32Array): ComparisonFigure[] {
  const sides = take(scores!, at)
  const own = Float64Array.from(at, (row) => labels[row]!)
  const found = rmseGain(sides.champion, sides.challenger, own)
  const absolute = (side: Float64Array) => (i: number) => abs(side[i]! - own[i]!)
  const means = pairedMean(at.length, absolute(sides.champion), absolute(sides.challenger))
  return [
    found === null
      ? comparisonFigure.missing('rmse_difference', at.length, 'fewer than two labels')
      : comparisonFigure.of('rmse_difference', found.difference, found.n, {
          ...comparisonFigure.bounds(found),
          champion: found.champion,
          challenger: found.challenger,
        }),
    comparisonFigure.paired('mae_difference', means),
  ]
}
