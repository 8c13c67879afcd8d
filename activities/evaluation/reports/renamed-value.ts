import type { ReportColumn } from '../../../schemas/report'
import { numberText } from './number-text'
import { shownText } from './shown-text'

const leastShare = 0.005
const pairsNamed = 3

/**
 * A category under a new name: a value of the reference that is gone and one that the reference lacks, with about its share
 * (within a third of it, or 2 points).
 * @returns a sentence, or null where no value looks renamed
 * @example 'carrier: UA (18.1 % of the reference) is gone, United (18.3 %) is new: renamed?'
 */
export function renamedValue({ column, histogram, unseen }: ReportColumn): string | null {
  if (histogram?.kind !== 'categorical') return null
  const pairs = pairsOf(goneValues(histogram), newValues(histogram, unseen))
  if (pairs.length === 0) return null
  const named = pairs
    .slice(0, pairsNamed)
    .map(
      ([gone, fresh]) =>
        `${quoted(gone.value)} (${numberText.share(gone.share)} of the reference) is gone, ${quoted(fresh.value)} (${numberText.share(fresh.share)}) is new`,
    )
  const more = pairs.length > pairsNamed ? `; and ${pairs.length - pairsNamed} more such pairs` : ''
  const sameLetters = pairs.every(([gone, fresh]) => letters(gone.value) === letters(fresh.value))
  const cause = sameLetters ? 'written in another way?' : 'renamed?'
  return `${shownText(column)}: ${named.join('; ')}${more}: ${cause}`
}

interface ValueShare {
  readonly value: string
  readonly share: number
}

type Histogram = NonNullable<ReportColumn['histogram']>

function goneValues({ labels, reference, current }: Histogram): ValueShare[] {
  const total = sum(reference)
  return labels
    .map((value, i) => ({ value, share: (reference[i] ?? 0) / total, now: current[i] ?? 0 }))
    .filter(({ value, share, now }) => isLevel(value) && share >= leastShare && now === 0)
    .sort((a, b) => b.share - a.share)
}

/** `unseen` counts rows of a sample: their proportions are those of the rows in UNSEEN. */
function newValues({ labels, current }: Histogram, unseen: ReportColumn['unseen']): ValueShare[] {
  const all = (current[labels.lastIndexOf('UNSEEN')] ?? 0) / sum(current)
  const listed = sum(unseen.map(({ rows }) => rows))
  return listed === 0 ? [] : unseen.map(({ value, rows }) => ({ value, share: (all * rows) / listed }))
}

function pairsOf(
  gone: readonly ValueShare[],
  fresh: readonly ValueShare[],
): (readonly [ValueShare, ValueShare])[] {
  const left = new Set(fresh)
  return gone.flatMap((before) => {
    const like = [...left].filter(
      ({ share }) => Math.abs(share - before.share) <= Math.max(before.share / 3, 0.02),
    )
    const alike = like.find(({ value }) => letters(value) === letters(before.value))
    const found =
      alike ?? like.sort((a, b) => Math.abs(a.share - before.share) - Math.abs(b.share - before.share))[0]
    if (found === undefined || found.share < leastShare) return []
    left.delete(found)
    return [[before, found] as const]
  })
}

function isLevel(label: string): boolean {
  return label !== 'OTHER' && label !== 'UNSEEN'
}

function letters(value: string): string {
  return value.toLowerCase().replace(/[\s_-]/g, '')
}

/** Spaces at its ends, or nothing at all, are seen only in quotes. */
function quoted(value: string): string {
  const shown = shownText(value, 40)
  return value === '' || value !== value.trim() ? `"${shown}"` : shown
}

function sum(values: readonly number[]): number {
  return values.reduce((total, one) => total + one, 0)
}
