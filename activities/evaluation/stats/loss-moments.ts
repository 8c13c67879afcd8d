const { isFinite } = Number

/** Number, mean and sum of squared deviations from the mean (M2) of a loss over rows: what a mean and its interval need. */
export interface LossMoments {
  readonly n: number
  readonly mean: number
  readonly m2: number
}

/** Rows in two passes at once: small enough to stay in the cache, large enough to cost nothing. */
const blockRows = 4096

/**
 * Mergeable moments of one loss.
 * - `add(moments, rowCount, lossOf)`: calls `lossOf` for rows 0 to rowCount - 1; a loss that is not finite leaves its row
 *   out. Two passes over each block of 4096 (so constants have an M2 of exactly 0), then merged.
 * - `merge(a, b)`: Chan, Golub & LeVeque 1979; to 1e-12 relative the same in any split, bit-identical in one order.
 * - `mean(moments)`: null without rows. `sd(moments)`: ddof 1, null under 2 rows.
 *
 * Equals `numpy.mean` and `numpy.std(ddof=1)`.
 */
export const lossMoments = { create, add, merge, mean, sd }

function create(): LossMoments {
  return { n: 0, mean: 0, m2: 0 }
}

function add(moments: LossMoments, rowCount: number, lossOf: (row: number) => number): LossMoments {
  const block = new Float64Array(Math.min(rowCount, blockRows))
  let result = moments
  for (let row = 0; row < rowCount;) {
    let filled = 0
    for (; filled < block.length && row < rowCount; row++) {
      const loss = lossOf(row)
      if (isFinite(loss)) block[filled++] = loss
    }
    if (filled > 0) result = merge(result, ofBlock(block, filled))
  }
  return result
}

function ofBlock(losses: Float64Array, n: number): LossMoments {
  const first = losses[0]!
  let sum = 0
  for (let i = 0; i < n; i++) sum += losses[i]! - first // exact for constants
  const blockMean = first + sum / n
  let squares = 0
  for (let i = 0; i < n; i++) {
    const deviation = losses[i]! - blockMean
    squares += deviation * deviation
  }
  return { n, mean: blockMean, m2: squares }
}

function merge(a: LossMoments, b: LossMoments): LossMoments {
  if (a.n === 0) return b
  if (b.n === 0) return a
  const n = a.n + b.n
  const delta = b.mean - a.mean
  return {
    n,
    mean: a.mean + (delta * b.n) / n,
    m2: a.m2 + b.m2 + ((delta * delta * a.n) / n) * b.n,
  }
}

function mean(moments: LossMoments): number | null {
  return moments.n === 0 ? null : moments.mean
}

function sd(moments: LossMoments): number | null {
  return moments.n < 2 ? null : Math.sqrt(moments.m2 / (moments.n - 1))
}
