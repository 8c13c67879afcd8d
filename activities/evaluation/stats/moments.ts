import { blockRoom, blockRows, deviations, summarize, type BlockRoom } from './block-kernel'
import { eachBlock, type NumberBlock } from './number-blocks'
import type { NumberColumn } from './number-column'

/** n, mean, sum of squared deviations from it, smallest and largest of a column's finite values. n = 0: all others 0. */
export interface Moments {
  readonly n: number
  readonly mean: number
  readonly m2: number
  readonly min: number
  readonly max: number
}

/** Mean and so on in the column's unit; null where undefined: without values, for sd with fewer than two. */
export interface MomentSummary {
  readonly n: number
  readonly mean: number | null
  readonly sd: number | null
  readonly min: number | null
  readonly max: number | null
}

/** Moments still being added to. */
export interface MomentsBuilder {
  whole: Moments
  /** The values since the last whole block. */
  readonly block: Float64Array
  filled: number
}

const noMoments: Moments = { n: 0, mean: 0, m2: 0, min: 0, max: 0 }

/** Where the values of several parts are put together. */
const room = blockRoom(1)

/** A builder without values. */
export function createMoments(): MomentsBuilder {
  return { whole: noMoments, block: new Float64Array(blockRows), filled: 0 }
}

/**
 * Adds a column's finite values; what is missing, NaN or infinite is passed over. The values are taken in blocks of 1,024,
 * each by its mean and then the deviations from it, merged by Chan's formula: faster than Welford's update
 * and closer, as a value's rounding ends with its block. Blocks go on over the ends of columns, so that the same
 * values in the same order give the same bits however they were batched.
 */
export function addToMoments(builder: MomentsBuilder, column: NumberColumn): void {
  eachBlock(column, (block) => addBlockToMoments(builder, block))
}

/** As addToMoments, of a part of a column. */
export function addBlockToMoments(builder: MomentsBuilder, block: NumberBlock): void {
  const { values, finite } = block
  if (finite === blockRows && builder.filled === 0) {
    builder.whole = mergeMoments(builder.whole, momentsOf(block, finite, block))
    return
  }
  for (let from = 0; from < finite;) {
    const count = Math.min(finite - from, blockRows - builder.filled)
    builder.block.set(values.subarray(from, from + count), builder.filled)
    builder.filled += count
    from += count
    if (builder.filled < blockRows) continue
    builder.whole = mergeMoments(builder.whole, momentsOfRest(builder))
    builder.filled = 0
  }
}

/** The moments so far. The builder can be added to again, and the result does not depend on this look. */
export function momentsSoFar(builder: MomentsBuilder): Moments {
  return mergeMoments(builder.whole, momentsOfRest(builder))
}

/** The moments of one column. @example moments({ values: Float64Array.of(1, 3) }) // n 2, mean 2, m2 2, min 1, max 3 */
export function moments(column: NumberColumn): Moments {
  const builder = createMoments()
  addToMoments(builder, column)
  return momentsSoFar(builder)
}

/**
 * Chan, Golub and LeVeque's update (1983): with d = mean b - mean a, the mean is mean a + d nb / n and m2 is m2 a + m2 b +
 * d² na nb / n. Another order or split of the parts changes the last digits: merge in shard order.
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (b.n === 0) return a
  if (a.n === 0) return b
  const n = a.n + b.n
  const d = b.mean - a.mean
  return {
    n,
    mean: a.mean + (d * b.n) / n,
    m2: a.m2 + b.m2 + d * d * ((a.n * b.n) / n),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

/**
 * Mean, standard deviation with ddof 1, smallest and largest value.
 *
 * Equal to `numpy.mean`, `numpy.std(ddof=1)` to 1e-12 of the larger of themselves and the sd (of a constant column exactly
 * the constant and 0), and to `numpy.min`, `numpy.max` exactly (0 for -0). Values beyond 1e150 overflow m2, as in numpy.
 */
export function extractMoments({ n, mean, m2, min, max }: Moments): MomentSummary {
  if (n === 0) return { n, mean: null, sd: null, min: null, max: null }
  return { n, mean, sd: n > 1 ? Math.sqrt(m2 / (n - 1)) : null, min, max }
}

function momentsOfRest({ block, filled }: MomentsBuilder): Moments {
  room.values.set(block.subarray(0, filled))
  return momentsOf(room, filled, summarize(room, filled))
}

function momentsOf(
  block: BlockRoom,
  n: number,
  { sum, min, max }: { readonly sum: number; readonly min: number; readonly max: number },
): Moments {
  if (n === 0) return noMoments
  if (min === max) return { n, mean: min, m2: 0, min, max } // of large constants the sum is infinite
  const mean = sum / n
  const { squares, rest } = deviations(block, n, mean)
  // the rest is what the mean's rounding left
  return { n, mean, m2: Math.max(0, squares - (rest * rest) / n), min, max }
}
