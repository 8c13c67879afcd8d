import type { ReportColumn } from '../../../schemas/report'
import { numberText } from './number-text'
import { shownText } from './shown-text'

const movesNamed = 3
const leastMove = 0.005

/**
 * How a column's values moved: its mean and spread, or the values whose shares changed most.
 * @returns the end of a sentence, such as 'mean 72.1 -> 80.3, sd 9.8 -> 9.1' or 'UA 18.1 % -> 30.2 %'; null where nothing is known
 */
export function driftedValues({ histogram, reference, current }: ReportColumn): string | null {
  if (histogram?.kind === 'categorical') return movedShares(histogram)
  const [before, now] = [reference?.mean ?? null, current?.mean ?? null]
  if (before === null || now === null) return null
  const shown = numberText.value
  const [sdBefore, sdNow] = [reference?.sd ?? null, current?.sd ?? null]
  const spread = sdBefore === null || sdNow === null ? '' : `, sd ${shown(sdBefore)} -> ${shown(sdNow)}`
  return `mean ${shown(before)} -> ${shown(now)}${spread}`
}

function movedShares({ labels, reference, current }: NonNullable<ReportColumn['histogram']>): string | null {
  const [before, now] = [reference, current].map((counts) => counts.reduce((sum, one) => sum + one, 0))
  if (!before || !now) return null
  const moves = labels
    .map((label, i) => ({ label, from: (reference[i] ?? 0) / before, to: (current[i] ?? 0) / now }))
    .filter(({ from, to }) => Math.abs(to - from) >= leastMove)
    .sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))
    .slice(0, movesNamed)
  return moves.length === 0
    ? null
    : moves
        .map(
          ({ label, from, to }) =>
            `${shownText(label, 40)} ${numberText.share(from)} -> ${numberText.share(to)}`,
        )
        .join(', ')
}
