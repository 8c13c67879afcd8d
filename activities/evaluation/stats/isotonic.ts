import type { ScoreCounts } from './score-counts'

const { isFinite, isNaN } = Number
const { min } = Math

/** A step-wise linear, never falling map from score to the share of label 1: points (scores[k], shares[k]). */
export interface IsotonicFit {
  /** Ascending and distinct. */
  readonly scores: Float64Array
  readonly shares: Float64Array
}

/** numpy.finfo(float64).resolution: scikit-learn takes scores nearer than this to a group's first for the same. */
const resolution = 1e-15

/**
 * Isotonic regression of label on score: least squares among the never falling maps, by pooling adjacent violators.
 * - `fit(counts)`: rows of one score are one point, its share weighted by its rows. Points inside a level stretch are
 *   dropped: they change no value. Infinite scores are left out. null without rows.
 * - `apply(fit, scores)`: linear between points, level outside of them (clip); NaN stays NaN. One score maps all to its share.
 *
 * Equals `sklearn.isotonic.IsotonicRegression(out_of_bounds='clip')` on float64. O(distinct scores).
 */
export const isotonic = { fit, apply }

function fit(counts: ScoreCounts): IsotonicFit | null {
  const groups = group(counts)
  const { length } = groups.scores
  if (length === 0) return null
  // blocks of pooled groups: rows, positives, and the first group that lies beyond
  const [rows, positives] = [new Float64Array(length), new Float64Array(length)]
  const ends = new Uint32Array(length)
  let blocks = 0
  for (let k = 0; k < length; k++) {
    let [n, p] = [groups.rows[k]!, groups.positives[k]!]
    // shares compared as products of integers: no rounding decides what is pooled
    while (blocks > 0 && positives[blocks - 1]! * n >= p * rows[blocks - 1]!) {
      blocks--
      n += rows[blocks]!
      p += positives[blocks]!
    }
    rows[blocks] = n
    positives[blocks] = p
    ends[blocks++] = k + 1
  }
  const [scores, shares]: [number[], number[]] = [[], []]
  for (let block = 0; block < blocks; block++) {
    const [start, last] = [block === 0 ? 0 : ends[block - 1]!, ends[block]! - 1]
    for (const k of start === last ? [start] : [start, last]) {
      scores.push(groups.scores[k]!)
      shares.push(positives[block]! / rows[block]!)
    }
  }
  return { scores: Float64Array.from(scores), shares: Float64Array.from(shares) }
}

interface Groups {
  readonly scores: Float64Array
  readonly rows: Float64Array
  readonly positives: Float64Array
}

function group({ scores, positives, negatives }: ScoreCounts): Groups {
  const groups = {
    scores: new Float64Array(scores.length),
    rows: new Float64Array(scores.length),
    positives: new Float64Array(scores.length),
  }
  let length = 0
  for (let k = 0; k < scores.length; k++) {
    const [score, rows] = [scores[k]!, positives[k]! + negatives[k]!]
    if (!isFinite(score) || rows === 0) continue
    if (length === 0 || score - groups.scores[length - 1]! >= resolution) groups.scores[length++] = score
    groups.rows[length - 1]! += rows
    groups.positives[length - 1]! += positives[k]!
  }
  return {
    scores: groups.scores.subarray(0, length),
    rows: groups.rows.subarray(0, length),
    positives: groups.positives.subarray(0, length),
  }
}

function apply(fitted: IsotonicFit, values: Float64Array | Float32Array): Float64Array {
  const shares = new Float64Array(values.length)
  for (let i = 0; i < values.length; i++) shares[i] = shareOf(fitted, values[i]!)
  return shares
}

function shareOf({ scores, shares }: IsotonicFit, value: number): number {
  const last = scores.length - 1
  if (isNaN(value)) return NaN
  if (value <= scores[0]!) return shares[0]!
  if (value >= scores[last]!) return shares[last]!
  let [low, high] = [0, last] // scores[low] < value <= scores[high]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (scores[middle]! < value) low = middle
    else high = middle
  }
  const slope = (shares[high]! - shares[low]!) / (scores[high]! - scores[low]!)
  // rounding may lead past the point on the right, and the map would fall there
  return min(slope * (value - scores[low]!) + shares[low]!, shares[high]!)
}
