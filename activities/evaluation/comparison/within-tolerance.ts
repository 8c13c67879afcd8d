import type { Tolerance } from './comparison-task'

const { abs } = Math
const { isFinite, isNaN } = Number

/**
 * Whether two models' numbers of one row are the same: |b - a| <= atol + rtol |a|; NaN equals NaN, and an infinity itself only.
 *
 * Equal to `numpy.isclose(b, a, rtol, atol, equal_nan=True)`.
 * @param a the champion's
 */
export function withinTolerance(a: number, b: number, { rtol, atol }: Tolerance): boolean {
  if (a === b || (isNaN(a) && isNaN(b))) return true
  return isFinite(a) && isFinite(b) && abs(b - a) <= atol + rtol * abs(a)
}

/** challenger - champion: 0 where they are the same, NaN too; NaN where only one of them is finite. */
export function differenceOf(a: number, b: number): number {
  if (a === b || (isNaN(a) && isNaN(b))) return 0
  return isFinite(a) && isFinite(b) ? b - a : NaN
}
