/** Shares of the same bins in two samples; each sums to 1. */
export interface BinShares {
  /** Of the reference. */
  readonly p: Float64Array
  /** Of the current rows. */
  readonly q: Float64Array
  /** B: bins that are not empty on either side. */
  readonly binCount: number
}

/**
 * Turns counts of the same bins into shares, without the bins that are empty on both sides.
 * @param reference, current counts of the same bins (OTHER and UNSEEN too), same length
 * @returns p = reference / its sum and q = current / its sum, with B elements in the order of the bins; null where a side
 *   has no rows or B < 2: no distance is defined, what is given is one bin
 * @throws RangeError where the lengths differ
 * @example binShares([8, 0, 2], [1, 0, 3]) // p [0.8, 0.2], q [0.25, 0.75]
 */
export function binShares(reference: ArrayLike<number>, current: ArrayLike<number>): BinShares | null {
  if (reference.length !== current.length)
    throw new RangeError(
      `the reference has ${reference.length} bins, the current rows have ${current.length}`,
    )
  let [n, m, binCount] = [0, 0, 0]
  for (let i = 0; i < reference.length; i += 1) {
    n += reference[i]!
    m += current[i]!
    if (reference[i]! + current[i]! > 0) binCount += 1
  }
  if (n === 0 || m === 0 || binCount < 2) return null
  const [p, q] = [new Float64Array(binCount), new Float64Array(binCount)]
  for (let i = 0, bin = 0; i < reference.length; i += 1) {
    if (reference[i]! + current[i]! === 0) continue
    p[bin] = reference[i]! / n
    q[bin++] = current[i]! / m
  }
  return { p, q, binCount }
}
