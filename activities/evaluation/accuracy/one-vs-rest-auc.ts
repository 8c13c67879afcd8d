import { delongInterval } from '../stats/delong-interval'
import type { Interval } from '../stats/mean-interval'
import { rocAuc } from '../stats/roc-auc'
import { scoreCounts, type ScoreCounts } from '../stats/score-counts'
import type { MulticlassRows } from './labelled-rows'

/** An AUC with its 95 % interval; the interval is null with fewer than two rows on a side. */
export interface AucWithInterval {
  readonly auc: number
  readonly interval: Interval | null
}

export interface OneVsRestAuc {
  /** null for a class that no row or every row has. */
  readonly perClass: readonly (AucWithInterval | null)[]
  /** Plain mean over the classes; null as soon as one of them is. */
  readonly macro: AucWithInterval | null
  /** Mean weighted by the rows of each class, the weights held fixed; null with one class only. */
  readonly weighted: AucWithInterval | null
}

/** Normal quantile of 0.975. */
const z = 1.959963984540054

/**
 * The AUC of each class against all others with DeLong's interval, and their means with the interval that DeLong's covariances
 * give: a row moves the AUC of every class at once, by its structural component less the AUC, so the variance of a mean is
 * the sum over rows of the squared mean of what each row moves. Classes one after the other: 8 bytes a row and mean beside the
 * counts of one class. O(K n log n).
 *
 * Values equal `sklearn.metrics.roc_auc_score(multi_class='ovr', labels=...)` with average None, 'macro' and 'weighted'.
 */
export function oneVsRestAuc({ probabilities, classes, labels }: MulticlassRows): OneVsRestAuc {
  const [n, classCount] = [labels.length, classes.length]
  const [ofMacro, ofWeighted] = [new Float64Array(n), new Float64Array(n)]
  const each = classes.map((_, c): OneClass => {
    const counts = scoreCounts.ofClass(probabilities, classCount, c, labels)
    const share = scoreCounts.totals(counts).positives / n
    const [auc, delong] = [rocAuc(counts), delongInterval(counts)]
    if (auc === null || delong === null) return { auc, share, interval: null }
    const { ofPositive, ofNegative } = movesOf(counts, auc)
    for (let row = 0; row < n; row++) {
      const at = indexOf(counts.scores, probabilities[row * classCount + c]!)
      const move = labels[row] === c ? ofPositive[at]! : ofNegative[at]!
      ofMacro[row]! += move / classCount
      ofWeighted[row]! += move * share
    }
    return { auc, share, interval: { lower: delong.lower, upper: delong.upper } }
  })
  const occurring = each.filter(({ share }) => share > 0)
  return {
    perClass: each.map(({ auc, interval }) => (auc === null ? null : { auc, interval })),
    macro: mean(each, () => 1 / classCount, ofMacro),
    weighted: mean(occurring, ({ share }) => share, ofWeighted),
  }
}

interface OneClass {
  readonly auc: number | null
  readonly interval: Interval | null
  /** Of the rows with this label. */
  readonly share: number
}

function mean(
  each: readonly OneClass[],
  weightOf: (one: OneClass) => number,
  moves: Float64Array,
): AucWithInterval | null {
  let auc = 0
  for (const one of each) {
    if (one.auc === null) return null
    auc += one.auc * weightOf(one)
  }
  if (each.length === 0) return null
  if (each.some(({ interval }) => interval === null)) return { auc, interval: null }
  const margin = z * Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0))
  return { auc, interval: { lower: Math.max(0, auc - margin), upper: Math.min(1, auc + margin) } }
}

/** (structural component - auc) / rows of that side, by distinct score; scaled to ddof 1. */
function movesOf(counts: ScoreCounts, auc: number): { ofPositive: Float64Array; ofNegative: Float64Array } {
  const { positives, negatives } = scoreCounts.totals(counts)
  const [ofPositive, ofNegative] = [
    new Float64Array(counts.scores.length),
    new Float64Array(counts.scores.length),
  ]
  const scale = (rows: number): number => 1 / Math.sqrt(rows * (rows - 1))
  let [positivesBelow, negativesBelow] = [0, 0]
  for (let k = 0; k < counts.scores.length; k++) {
    const [p, q] = [counts.positives[k]!, counts.negatives[k]!]
    ofPositive[k] = ((negativesBelow + q / 2) / negatives - auc) * scale(positives)
    ofNegative[k] = ((positives - positivesBelow - p / 2) / positives - auc) * scale(negatives)
    positivesBelow += p
    negativesBelow += q
  }
  return { ofPositive, ofNegative }
}

/** Position of a score that is there. */
function indexOf(scores: Float64Array, score: number): number {
  let [low, high] = [0, scores.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (scores[middle]! < score) low = middle + 1
    else high = middle
  }
  return low
}
