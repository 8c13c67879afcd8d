import { fixedLimits } from './fixed-limits'

/** 1 / the normal distribution's third quartile. */
const normalMad = 1 / 0.6744897501960817

/** With fewer the median absolute deviation is no measure of what is usual. */
const formerRunsAtLeast = 14

/**
 * Limits from the values of former runs: their median + 3 (warn) or 6 (fail) times their median absolute deviation, scaled to
 * be the standard deviation of normal values (Leys et al. 2013; `scipy.stats.median_abs_deviation(scale='normal')`); for numbers that are worse the lower they are, the same below the median. Never under the metric's fixed limits: a
 * night that is unusual for its job and hardly different from its reference is no alarm.
 * @returns the reason why there are none, under 14 values
 */
export function trailingLimits(
  values: readonly number[],
  { metric, worse = 'higher' }: { readonly metric: string; readonly worse?: 'higher' | 'lower' },
): { readonly warnAt: number; readonly failAt: number } | string {
  if (values.length < formerRunsAtLeast)
    return `${values.length} former values, needed are ${formerRunsAtLeast}`
  const centre = median(values)
  const deviation = normalMad * median(values.map((value) => Math.abs(value - centre)))
  const side = worse === 'higher' ? 1 : -1
  const least = fixedLimits.get(metric) ?? { warnAt: -Infinity, failAt: -Infinity }
  return {
    warnAt: Math.max(least.warnAt, centre + side * 3 * deviation),
    failAt: Math.max(least.failAt, centre + side * 6 * deviation),
  }
}

/** The middle value, of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
