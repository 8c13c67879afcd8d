/**
 * A quantile of a sorted sample by linear interpolation ("type 7" in R): at the position (n - 1) q between the values
 * that lie around it.
 *
 * Equal to `numpy.quantile(values, q, method='linear')` in float64, bit for bit: numpy interpolates from the left value
 * (a + (b - a) t) where t < 0.5 and from the right one (b - (b - a)(1 - t)) else, which rounds differently.
 * @param sorted n finite values, ascending
 * @param q share, 0 to 1
 * @returns a value in the sample's unit; null for an empty sample (numpy: NaN). A constant sample gives its constant.
 * @throws RangeError where q is no share
 * @example quantileSorted(Float64Array.of(1, 2, 4), 0.75) // 3
 */
export function quantileSorted(sorted: Float64Array, q: number): number | null {
  if (!(q >= 0 && q <= 1)) throw new RangeError(`a quantile's share is ${q}, allowed are 0 to 1`)
  const last = sorted.length - 1
  if (last < 0) return null
  const position = last * q
  if (position >= last) return sorted[last]!
  const left = Math.floor(position)
  const [a, b, t] = [sorted[left]!, sorted[left + 1]!, position - left]
  const difference = b - a
  return t >= 0.5 ? b - difference * (1 - t) : a + difference * t
}
