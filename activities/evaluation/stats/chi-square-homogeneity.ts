import gammainc from '@stdlib/math-base-special-gammainc'

export interface Homogeneity {
  /** chi². */
  readonly statistic: number
  /** Bins after pooling, less one. */
  readonly degreesOfFreedom: number
  readonly pValue: number
}

/** The usual rule under which the statistic is not yet distributed as chi². */
const expectedAtLeast = 5

/**
 * Whether reference and current rows come from the same shares: chi² of the 2 x B table of counts, sum of (observed -
 * expected)² / expected, expected = row sum x column sum / all; no Yates. Its p value is the upper regularized gamma
 * function Q(df / 2, chi² / 2), df = B - 1.
 *
 * Pooling, by the smaller of a bin's two expected counts, which is min(n, m) x (column sum) / (n + m): all bins under 5
 * become one, whatever their place. Where that one is still under 5, it takes the kept bin with the smallest column sum,
 * the first of equals. Bins empty on both sides are nothing.
 *
 * Equal to `scipy.stats.chi2_contingency(pooled table, correction=False)`, to 1e-9 relative.
 * @param reference, current counts of the same bins
 * @returns null where fewer than two bins are left: too few rows, one bin, or a side without rows
 * @throws RangeError where the lengths differ
 * @example chiSquareHomogeneity([30, 10], [10, 30]) // statistic 20, degreesOfFreedom 1, pValue 7.7e-6
 */
export function chiSquareHomogeneity(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Homogeneity | null {
  if (reference.length !== current.length)
    throw new RangeError(
      `the reference has ${reference.length} bins, the current rows have ${current.length}`,
    )
  const table = Array.from(reference, (count, i): Bin => [count, current[i]!])
  const [n, m] = table.reduce(addBins, [0, 0])
  const bins = pooled(table, n, m)
  if (bins.length < 2) return null
  let statistic = 0
  for (const [inReference, inCurrent] of bins) {
    const total = inReference + inCurrent
    const [e, f] = [(n * total) / (n + m), (m * total) / (n + m)]
    statistic += (inReference - e) ** 2 / e + (inCurrent - f) ** 2 / f
  }
  const degreesOfFreedom = bins.length - 1
  return { statistic, degreesOfFreedom, pValue: gammainc(statistic / 2, degreesOfFreedom / 2, true, true) }
}

type Bin = readonly [reference: number, current: number]

function addBins(a: Bin, b: Bin): Bin {
  return [a[0] + b[0], a[1] + b[1]]
}

function pooled(table: readonly Bin[], n: number, m: number): readonly Bin[] {
  const total = ([inReference, inCurrent]: Bin): number => inReference + inCurrent
  const isSmall = (bin: Bin): boolean => Math.min(n, m) * total(bin) < expectedAtLeast * (n + m)
  if (n === 0 || m === 0) return []
  const kept = table.filter((bin) => !isSmall(bin))
  const pool = table.filter(isSmall).reduce(addBins, [0, 0])
  if (total(pool) === 0) return kept
  if (!isSmall(pool)) return [...kept, pool]
  const smallest = Math.min(...kept.map(total))
  const at = kept.findIndex((bin) => total(bin) === smallest)
  return kept.map((bin, i) => (i === at ? addBins(bin, pool) : bin))
}
