import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { lossMoments } from './loss-moments'

const { isFinite } = Number

/** Root mean squared errors of two models over the same rows. */
export interface RmseGain {
  readonly n: number
  readonly champion: number
  readonly challenger: number
  /** challenger - champion, in the label's unit, with its interval. */
  readonly difference: number
  readonly lower: number
  readonly upper: number
  /** 1 - challenger / champion: by what share of the champion's error the challenger is better; null where the champion has none. */
  readonly gain: { readonly value: number; readonly lower: number; readonly upper: number } | null
}

/**
 * The difference of two models' rmse and the relative gain, each with an interval by the delta method over the rows' pairs of
 * squared errors a and b with means A and B: the difference changes with b / (2 sqrt B) - a / (2 sqrt A), the logarithm of the
 * ratio with (b / B - a / A) / 2; the standard error is the standard deviation (ddof 1) of that over sqrt n.
 *
 * Equal to numpy, written out, in test/oracles/comparison.py.
 * @param champion, challenger predictions of the same rows; rows whose squared errors are not finite are left out of both
 * @param level share of the normal distribution inside, 0 to 1
 * @returns null under 2 rows
 */
export function rmseGain(
  champion: Float64Array,
  challenger: Float64Array,
  labels: Float64Array,
  level = 0.95,
): RmseGain | null {
  const squares = (predictions: Float64Array): Float64Array =>
    predictions.map((prediction, i) => (prediction - labels[i]!) ** 2)
  const [a, b] = [squares(champion), squares(challenger)]
  const over = (of: (i: number) => number) =>
    lossMoments.add(lossMoments.create(), labels.length, (i) =>
      isFinite(a[i]!) && isFinite(b[i]!) ? of(i) : NaN,
    )
  const [meanA, meanB] = [over((i) => a[i]!), over((i) => b[i]!)]
  const { n } = meanA
  if (n < 2) return null
  const z = quantile((1 + level) / 2, 0, 1)
  const marginOf = (of: (i: number) => number): number => (z * lossMoments.sd(over(of))!) / Math.sqrt(n)
  const [rmseA, rmseB] = [Math.sqrt(meanA.mean), Math.sqrt(meanB.mean)]
  // a model without error has no derivative there: its own part is 0
  const half = (square: number, root: number): number => (root === 0 ? 0 : square / (2 * root))
  const margin = marginOf((i) => half(b[i]!, rmseB) - half(a[i]!, rmseA))
  const difference = rmseB - rmseA
  const bounds = { lower: difference - margin, upper: difference + margin }
  const whole = { n, champion: rmseA, challenger: rmseB, difference, ...bounds }
  if (rmseA === 0) return { ...whole, gain: null }
  const ratio = rmseB / rmseA
  const factor = rmseB === 0 ? 1 : Math.exp(marginOf((i) => (b[i]! / meanB.mean - a[i]! / meanA.mean) / 2))
  return { ...whole, gain: { value: 1 - ratio, lower: 1 - ratio * factor, upper: 1 - ratio / factor } }
}
