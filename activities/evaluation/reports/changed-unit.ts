import type { ReportColumn } from '../../../schemas/report'
import { numberText } from './number-text'
import { shownText } from './shown-text'
import { unitConversions, type UnitConversion } from './unit-conversions'

/** Largest gap between the converted back quantiles and the reference's distribution, and between spreads, that is a match. */
const gapAtMost = 0.3
const spreadAtMost = Math.log(2)
/** A match must be this much nearer than the numbers as they are. */
const nearerAtLeast = 3
/** Conversions whose gaps differ by less cannot be told apart. */
const indistinct = 0.03

const quantiles = [
  ['q05', 0.05],
  ['q25', 0.25],
  ['q50', 0.5],
  ['q75', 0.75],
  ['q95', 0.95],
] as const

/**
 * A column in another unit than its reference: converted back, its mean, spread and quantiles are the reference's. Rows of one
 * night are never quite like those of a month, so a match is loose in itself and strict against no change.
 * @returns a sentence, or null where no known conversion explains the numbers
 * @example 'temp looks like Fahrenheit turned Celsius: mean 72.1 -> 22.3, sd 9.8 -> 5.4'
 */
export function changedUnit(column: ReportColumn): string | null {
  const [before, now] = [momentsOf(column.reference), momentsOf(column.current)]
  if (before === null || now === null) return null
  const gapOf = gapBy(column, before)
  const asIs = gapOf({ what: '', factor: 1, offset: 0 }, now)
  const matches = unitConversions
    .map((conversion) => ({ conversion, ...gapOf(conversion, now) }))
    .filter(({ gap, spread }) => gap <= gapAtMost && spread <= spreadAtMost)
    .filter((match) => nearerAtLeast * (match.gap + match.spread) <= asIs.gap + asIs.spread)
    .sort((a, b) => a.gap + a.spread - b.gap - b.spread)
  const best = matches[0]
  if (best === undefined) return null
  const alike = matches.filter((one) => one.gap + one.spread <= best.gap + best.spread + indistinct)
  const hinted = alike.find(({ conversion }) => conversion.names?.test(column.column))
  const general = alike.find(({ conversion }) => conversion.names === undefined)
  const { what } = (hinted ?? general ?? best).conversion
  const looks = /^(multiplied|divided)/.test(what) ? `looks ${what}` : `looks like ${what}`
  const shown = numberText.value
  return `${shownText(column.column)} ${looks}: mean ${shown(before.mean)} -> ${shown(now.mean)}, sd ${shown(before.sd)} -> ${shown(now.sd)}`
}

interface MeanAndSd {
  readonly mean: number
  readonly sd: number
}

function momentsOf(facts: ReportColumn['reference']): MeanAndSd | null {
  const { mean = null, sd = null } = facts ?? {}
  return mean === null || sd === null || !(sd > 0) ? null : { mean, sd }
}

interface Gap {
  /** Between distributions: 0 to 1; without quantiles of means, in sd of the reference. */
  readonly gap: number
  /** |ln| of the ratio of spreads. */
  readonly spread: number
}

function gapBy(column: ReportColumn, before: MeanAndSd): (conversion: UnitConversion, now: MeanAndSd) => Gap {
  const shareUpTo = distributionOf(column)
  const found = quantiles.flatMap(([metric, share]) => {
    const value = column.metrics.find(
      (one) => one.metric === metric && one.scope === column.scope && one.segment === null,
    )?.value
    return value === undefined || value === null ? [] : [{ value, share }]
  })
  return ({ factor, offset }, now) => {
    const back = (value: number): number => (value - offset) / factor
    const spread = Math.abs(Math.log(now.sd / factor / before.sd))
    if (shareUpTo === null || found.length === 0)
      return { gap: Math.abs(back(now.mean) - before.mean) / before.sd, spread }
    const gaps = found.map(({ value, share }) => Math.abs(shareUpTo(back(value)) - share))
    return { gap: Math.max(...gaps), spread }
  }
}

/** The reference's share of values up to x: linear within its bins, which min and max close. */
function distributionOf({ histogram, reference }: ReportColumn): ((x: number) => number) | null {
  const { min = null, max = null } = reference ?? {}
  if (histogram?.kind !== 'numeric' || min === null || max === null) return null
  const bounds = [min, ...histogram.edges, max]
  const total = histogram.reference.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  return (x) => {
    let below = 0
    for (const [bin, count] of histogram.reference.entries()) {
      const [from, to] = [bounds[bin]!, bounds[bin + 1]!]
      if (x >= to) below += count
      else if (x > from) below += (count * (x - from)) / (to - from)
    }
    return below / total
  }
}
