const { isFinite } = Number
const { abs } = Math

/**
 * Median of |prediction - label|, in units of the label. Needs the rows themselves (or a sample of them): it does not merge.
 * - `sortedErrors(predictions, labels)`: the absolute errors, ascending; rows where they are not finite are left out.
 * - `extract(sorted, weights?)`: the middle one, or the mean of the middle two, as numpy.median. With weights (of a
 *   bootstrap) each error counts that many times: numpy.median(numpy.repeat(sorted, weights)).
 *
 * Equals `sklearn.metrics.median_absolute_error` on float64. null without rows.
 */
export const medianAe = { sortedErrors, extract }

function sortedErrors(predictions: Float64Array | Float32Array, labels: Float64Array): Float64Array {
  const errors = new Float64Array(labels.length)
  let filled = 0
  for (let i = 0; i < labels.length; i++) {
    const error = abs(predictions[i]! - labels[i]!)
    if (isFinite(error)) errors[filled++] = error
  }
  return errors.subarray(0, filled).sort()
}

function extract(sorted: Float64Array, weights?: Uint8Array): number | null {
  let rows = 0
  for (let i = 0; i < sorted.length; i++) rows += weights === undefined ? 1 : weights[i]!
  if (rows === 0) return null
  const [low, high] = [(rows - 1) >>> 1, rows >>> 1] // positions of the middle two
  if (weights === undefined) return (sorted[low]! + sorted[high]!) / 2
  const lowRow = rowAt(weights, low, 0, 0)
  const highRow = low === high ? lowRow : rowAt(weights, high, lowRow.row, lowRow.before)
  return (sorted[lowRow.row]! + sorted[highRow.row]!) / 2
}

/** The row that holds a position when row i fills `weights[i]` of them; `before` positions lie before `row`. */
function rowAt(
  weights: Uint8Array,
  position: number,
  row: number,
  before: number,
): { row: number; before: number } {
  let [at, passed] = [row, before]
  while (passed + weights[at]! <= position) passed += weights[at++]!
  return { row: at, before: passed }
}
