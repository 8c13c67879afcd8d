import type { ComparisonFigure } from '../../../schemas/comparison'
import type { PairedMean } from '../stats/paired-mean'

type Given = Partial<Omit<ComparisonFigure, 'metric' | 'value' | 'n'>>

interface Bounds {
  readonly lower: number
  readonly upper: number
}

/**
 * Makers of figures.
 * - `of(metric, value, n, more)`: any number. - `bounds(interval)`: ciLo and ciHi, null where there is none.
 * - `paired(metric, means)`: the difference of two means over the same rows. - `missing(metric, n, reason)`: undefined for these rows.
 */
export const comparisonFigure = { of, bounds, paired, missing }

function of(metric: string, value: number | null, n: number, more: Given = {}): ComparisonFigure {
  return {
    metric,
    direction: null,
    segment: null,
    champion: null,
    challenger: null,
    value,
    statistic: null,
    pValue: null,
    ciLo: null,
    ciHi: null,
    n,
    verdict: 'none',
    reason: null,
    ...more,
  }
}

function bounds(interval: Bounds | null): Pick<ComparisonFigure, 'ciLo' | 'ciHi'> {
  return { ciLo: interval?.lower ?? null, ciHi: interval?.upper ?? null }
}

function paired(metric: string, means: PairedMean | null): ComparisonFigure {
  if (means === null) return missing(metric, 0, 'no labelled rows')
  const { n, champion, challenger, difference, interval } = means
  return of(metric, difference, n, { champion, challenger, ...bounds(interval) })
}

function missing(metric: string, n: number, reason: string): ComparisonFigure {
  return of(metric, null, n, { reason })
}
