import type { ReportColumn } from '../../../schemas/report'
import { summaryQuantiles } from '../drift/column-summary'
import { numberText } from './number-text'
import { shownText } from './shown-text'
import { unitConversions, type UnitConversion } from './unit-conversions'

/** Of a match that is as the reference: largest gap between distributions, and between spreads (|ln| of their ratio). */
const alike = { gap: 0.3, spread: Math.log(2) }
/** It must be so many times nearer than the numbers as they are. */
const nearerAtLeast = 3
/** Of a match that lies where the reference does, as a calm night among the nights of a month: its spread to the reference's. */
const within = { narrower: 0.15, wider: 1.5 }
/** Conversions whose costs differ by less cannot be told apart: names decide. */
const indistinct = 0.03

/**
 * A column in another unit than its reference. Either converted back it is the reference again (quantiles and spread, and much
 * nearer than as it is), or it lies wholly outside the reference's range, and converted back wholly inside: rows of one night are
 * seldom like those of a month.
 * @returns a sentence, or null where no known conversion explains the numbers; always for a prediction: that has the model's unit
 * @example 'temp looks like Fahrenheit turned Celsius: mean 72.1 -> 22.3, sd 9.8 -> 5.4'
 */
export function changedUnit(column: ReportColumn): string | null {
  if (column.scope === 'prediction') return null
  const [before, now] = [momentsOf(column.reference), momentsOf(column.current)]
  if (before === null || now === null) return null
  const [same, inside] = [sameAgain(column, before, now), insideAgain(column, before, now)]
  // centimetres are unlikely in a column named temp, however well they fit
  const isOther = ({ conversion: { names } }: Match): boolean => names?.test(column.column) === false
  const likely = [same, inside].map((matches) => matches.filter((match) => !isOther(match)))
  const best =
    nearest(likely[0]!, column.column, indistinct) ??
    nearest(likely[1]!, column.column, Infinity) ??
    nearest(same, column.column, indistinct) ??
    nearest(inside, column.column, Infinity)
  if (best === null) return null
  const looks = /^(multiplied|divided)/.test(best.what) ? `looks ${best.what}` : `looks like ${best.what}`
  const shown = numberText.value
  return `${shownText(column.column)} ${looks}: mean ${shown(before.mean)} -> ${shown(now.mean)}, sd ${shown(before.sd)} -> ${shown(now.sd)}`
}

interface Match {
  readonly conversion: UnitConversion
  /** 0: exactly the reference. */
  readonly cost: number
}

/** The nearest one, unless the column's name speaks for another that costs at most `margin` more. */
function nearest(matches: readonly Match[], name: string, margin: number): UnitConversion | null {
  const [first, ...others] = [...matches].sort((a, b) => a.cost - b.cost)
  if (first === undefined) return null
  const close = [first, ...others.filter(({ cost }) => cost <= first.cost + margin)]
  return (close.find(({ conversion }) => conversion.names?.test(name)) ?? first).conversion
}

function sameAgain(column: ReportColumn, before: MeanAndSd, now: MeanAndSd): Match[] {
  const gapOf = gapBy(column, before)
  const asIs = gapOf({ what: '', factor: 1, offset: 0 }, now)
  return unitConversions
    .map((conversion) => ({ conversion, ...gapOf(conversion, now) }))
    .filter(({ gap, spread }) => gap <= alike.gap && spread <= alike.spread)
    .map(({ conversion, gap, spread }) => ({ conversion, cost: gap + spread }))
    .filter(({ cost }) => nearerAtLeast * cost <= asIs.gap + asIs.spread)
}

function insideAgain(column: ReportColumn, before: MeanAndSd, now: MeanAndSd): Match[] {
  const { min = null, max = null } = column.reference ?? {}
  const found = quantilesOf(column)
  if (min === null || max === null || found.length === 0) return []
  const isInside = (value: number): boolean => value >= min && value <= max
  if (found.some(({ value }) => isInside(value))) return []
  return unitConversions.flatMap((conversion) => {
    const { factor, offset } = conversion
    const back = (value: number): number => (value - offset) / factor
    const spread = now.sd / factor / before.sd
    return spread >= within.narrower &&
      spread <= within.wider &&
      found.every(({ value }) => isInside(back(value)))
      ? [{ conversion, cost: Math.abs(back(now.mean) - before.mean) / before.sd }]
      : []
  })
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
  const found = quantilesOf(column)
  return ({ factor, offset }, now) => {
    const back = (value: number): number => (value - offset) / factor
    const spread = Math.abs(Math.log(now.sd / factor / before.sd))
    if (shareUpTo === null || found.length === 0)
      return { gap: Math.abs(back(now.mean) - before.mean) / before.sd, spread }
    const gaps = found.map(({ value, share }) => Math.abs(shareUpTo(back(value)) - share))
    return { gap: Math.max(...gaps), spread }
  }
}

function quantilesOf(column: ReportColumn): { readonly value: number; readonly share: number }[] {
  return summaryQuantiles.flatMap(([metric, share]) => {
    const value = column.metrics.find(
      (one) => one.metric === metric && one.scope === column.scope && one.segment === null,
    )?.value
    return value === undefined || value === null ? [] : [{ value, share }]
  })
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
