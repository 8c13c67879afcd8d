const { isNaN } = Number

/**
 * The rows of a binary task by score: all that roc_auc, average_precision, DeLong, isotonic regression and CBPE need,
 * 16 bytes a distinct score. Exact under merging: counts are integers.
 */
export interface ScoreCounts {
  /** Ascending and distinct; -0 is 0, +-Infinity may occur, NaN never. */
  readonly scores: Float64Array
  /** Rows with label 1 of each score: at most 2^32 - 1. */
  readonly positives: Uint32Array
  /** Rows with label 0 of each score. */
  readonly negatives: Uint32Array
}

/**
 * Mergeable counts of (score, label).
 * - `create(scores, labels)`: labels 0 or 1, one a row. Rows with a NaN score are left out. float32 scores are widened
 *   exactly. O(n log n): 5 M rows take about a second, and 2 copies of the scores beside the result.
 * - `ofClass(probabilities, classCount, classIndex, labels)`: one class against the rest, from a row-major
 *   [rows x classCount] array and class codes.
 * - `merge(parts)`: any number of parts, in any order, with the same result.
 * - `reweigh(counts, weights)`: each row counted `weights[row]` times, the rows in order of score, of one score the
 *   positives first: what a bootstrap replicate needs.
 * - `totals(counts)`: rows with label 1 and with label 0.
 */
export const scoreCounts = { create, ofClass, merge, reweigh, totals }

function create(scores: Float64Array | Float32Array, labels: Uint8Array): ScoreCounts {
  let [ones, zeros] = [0, 0]
  for (let i = 0; i < scores.length; i++) {
    if (isNaN(scores[i]!)) continue
    if (labels[i] === 0) zeros++
    else ones++
  }
  // the typed array's own sort, without a comparator, is several times faster than sorting row numbers
  const [positive, negative] = [like(scores, ones), like(scores, zeros)]
  let [p, q] = [0, 0]
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (isNaN(score)) continue
    if (labels[i] === 0) negative[q++] = score
    else positive[p++] = score
  }
  return countSorted(positive.sort(), negative.sort())
}

function ofClass(
  probabilities: Float64Array | Float32Array,
  classCount: number,
  classIndex: number,
  labels: Int32Array,
): ScoreCounts {
  const scores = like(probabilities, labels.length)
  const isClass = new Uint8Array(labels.length)
  for (let i = 0; i < labels.length; i++) {
    scores[i] = probabilities[i * classCount + classIndex]!
    isClass[i] = labels[i] === classIndex ? 1 : 0
  }
  return create(scores, isClass)
}

function like(column: Float64Array | Float32Array, length: number): Float64Array | Float32Array {
  return column instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
}

type Sorted = Float64Array | Float32Array

/** Two sorted columns without NaN to counts: once to learn the number of distinct scores, once to fill. */
function countSorted(positive: Sorted, negative: Sorted): ScoreCounts {
  const counts = empty(countRuns(positive, negative))
  let [p, q] = [0, 0]
  for (let k = 0; k < counts.scores.length; k++) {
    const score = lower(positive, p, negative, q)
    const pStart = p
    const qStart = q
    while (p < positive.length && positive[p] === score) p++
    while (q < negative.length && negative[q] === score) q++
    counts.scores[k] = score + 0 // -0 + 0 is 0
    counts.positives[k] = p - pStart
    counts.negatives[k] = q - qStart
  }
  return counts
}

/** Distinct scores of two sorted columns. */
function countRuns(a: Sorted, b: Sorted): number {
  let [i, j, distinct] = [0, 0, 0]
  for (; i < a.length || j < b.length; distinct++) {
    const score = lower(a, i, b, j)
    while (i < a.length && a[i] === score) i++
    while (j < b.length && b[j] === score) j++
  }
  return distinct
}

function lower(a: Sorted, i: number, b: Sorted, j: number): number {
  if (i === a.length) return b[j]!
  if (j === b.length) return a[i]!
  return a[i]! < b[j]! ? a[i]! : b[j]!
}

function merge(parts: readonly ScoreCounts[]): ScoreCounts {
  if (parts.length === 0) return empty(0)
  let round = parts
  // two by two: every row is copied log2(parts) times
  while (round.length > 1) {
    const next: ScoreCounts[] = []
    for (let i = 0; i + 1 < round.length; i += 2) next.push(mergeTwo(round[i]!, round[i + 1]!))
    if (round.length % 2 === 1) next.push(round.at(-1)!)
    round = next
  }
  return round[0]!
}

function mergeTwo(a: ScoreCounts, b: ScoreCounts): ScoreCounts {
  const counts = empty(countDistinct(a.scores, b.scores))
  let [i, j, k] = [0, 0, 0]
  for (; i < a.scores.length && j < b.scores.length; k++) {
    const x = a.scores[i]!
    const y = b.scores[j]!
    counts.scores[k] = x < y ? x : y
    if (x <= y) {
      counts.positives[k] = a.positives[i]!
      counts.negatives[k] = a.negatives[i++]!
    }
    if (y <= x) {
      counts.positives[k]! += b.positives[j]!
      counts.negatives[k]! += b.negatives[j++]!
    }
  }
  copyRest(a, i, counts, k)
  copyRest(b, j, counts, k) // one of the two has nothing left
  return counts
}

function countDistinct(a: Float64Array, b: Float64Array): number {
  let [i, j, distinct] = [0, 0, 0]
  for (; i < a.length && j < b.length; distinct++) {
    const x = a[i]!
    const y = b[j]!
    if (x <= y) i++
    if (y <= x) j++
  }
  return distinct + (a.length - i) + (b.length - j)
}

function copyRest(from: ScoreCounts, start: number, to: ScoreCounts, at: number): void {
  to.scores.set(from.scores.subarray(start), at)
  to.positives.set(from.positives.subarray(start), at)
  to.negatives.set(from.negatives.subarray(start), at)
}

function reweigh(counts: ScoreCounts, weights: Uint8Array): ScoreCounts {
  const result = { ...empty(counts.scores.length), scores: counts.scores }
  let row = 0
  for (let k = 0; k < counts.scores.length; k++) {
    let [positives, negatives] = [0, 0]
    for (const end = row + counts.positives[k]!; row < end; row++) positives += weights[row]!
    for (const end = row + counts.negatives[k]!; row < end; row++) negatives += weights[row]!
    result.positives[k] = positives
    result.negatives[k] = negatives
  }
  return result
}

function totals(counts: Pick<ScoreCounts, 'positives' | 'negatives'>): {
  positives: number
  negatives: number
} {
  let [positives, negatives] = [0, 0]
  for (let k = 0; k < counts.positives.length; k++) {
    positives += counts.positives[k]!
    negatives += counts.negatives[k]!
  }
  return { positives, negatives }
}

function empty(length: number): ScoreCounts {
  return {
    scores: new Float64Array(length),
    positives: new Uint32Array(length),
    negatives: new Uint32Array(length),
  }
}
