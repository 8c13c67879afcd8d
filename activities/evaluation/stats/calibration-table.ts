const { isFinite } = Number
const { ceil, max, min } = Math

/** Per bin of the score: rows, rows with label 1, sum of scores. Ten bins of width 0.1. */
export interface CalibrationTable {
  readonly rows: Float64Array
  readonly positives: Float64Array
  readonly scoreSums: Float64Array
}

/** One line of the table. */
export interface CalibrationBin {
  /** The bin holds scores in (lower, upper], the first one 0 too. */
  readonly lower: number
  readonly upper: number
  readonly rows: number
  /** Mean of the scores: what the model promised; null in an empty bin. */
  readonly meanScore: number | null
  /** Share of rows with label 1: what came; null in an empty bin. */
  readonly positiveShare: number | null
}

const binCount = 10
/** numpy.linspace(0, 1, 11), which is k * 0.1: the third inner edge is 0.30000000000000004. */
const edges = Float64Array.from({ length: binCount + 1 }, (_, k) => (k === binCount ? 1 : k * 0.1))
const blockRows = 4096

/**
 * Mergeable calibration table of ten equal-width bins. A score on a border falls into the lower bin; scores under 0 fall into
 * the first and over 1 into the last, those that are not finite nowhere.
 * - `add(table, scores, labels, weights?)`: binary: scores of label 1. Multiclass: the top class's probability, with 1 where
 *   that class was right. Weights (of a bootstrap) count a row as that many.
 * - `merge(a, b)`, `extract(table)`: ten bins, empty ones too.
 *
 * The bins that are not empty equal `sklearn.calibration.calibration_curve(n_bins=10, strategy='uniform')`.
 */
export const calibrationTable = { create, add, merge, extract }

function create(): CalibrationTable {
  const zeros = (): Float64Array => new Float64Array(binCount)
  return { rows: zeros(), positives: zeros(), scoreSums: zeros() }
}

function add(
  table: CalibrationTable,
  scores: Float64Array | Float32Array,
  labels: Uint8Array,
  weights?: Uint8Array,
): CalibrationTable {
  let result = table
  // sums over short blocks lose less to rounding than one long sum
  for (let start = 0; start < labels.length; start += blockRows) {
    const block = create()
    for (let i = start; i < min(start + blockRows, labels.length); i++) {
      const score = scores[i]!
      if (!isFinite(score)) continue
      const [bin, weight] = [binOf(score), weights === undefined ? 1 : weights[i]!]
      block.rows[bin]! += weight
      block.scoreSums[bin]! += weight * score
      if (labels[i] !== 0) block.positives[bin]! += weight
    }
    result = merge(result, block)
  }
  return result
}

/** numpy.searchsorted(inner edges, score, side='left'). On an edge such as 3 * 0.1 the product rounds up: one bin too far. */
function binOf(score: number): number {
  const bin = max(0, min(binCount - 1, ceil(score * binCount) - 1))
  return bin > 0 && score <= edges[bin]! ? bin - 1 : bin
}

function merge(a: CalibrationTable, b: CalibrationTable): CalibrationTable {
  const sum = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, k) => value + y[k]!)
  return {
    rows: sum(a.rows, b.rows),
    positives: sum(a.positives, b.positives),
    scoreSums: sum(a.scoreSums, b.scoreSums),
  }
}

function extract({ rows, positives, scoreSums }: CalibrationTable): CalibrationBin[] {
  return Array.from(rows, (n, k) => ({
    lower: edges[k]!,
    upper: edges[k + 1]!,
    rows: n,
    meanScore: n === 0 ? null : scoreSums[k]! / n,
    positiveShare: n === 0 ? null : positives[k]! / n,
  }))
}
