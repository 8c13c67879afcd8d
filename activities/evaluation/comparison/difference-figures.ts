import type { ComparisonFigure } from '../../../schemas/comparison'
import { binShares } from '../stats/bin-shares'
import { countBins, createBinCounts } from '../stats/count-bins'
import { differenceSummary } from '../stats/difference-summary'
import { numericEdges } from '../stats/numeric-edges'
import { pairedMean } from '../stats/paired-mean'
import { psi } from '../stats/psi'
import { sortNumbers } from '../stats/sort-numbers'
import { comparisonFigure } from './comparison-figure'
import type { Both, ComparedRows } from './compared-rows'

const { isFinite } = Number

/**
 * What two models differ by on the rows that both scored, without any label: rows, differences, psi of the scores. Rows where only
 * one number is finite have no difference: they are beyond any tolerance and said in the reason.
 */
export function differenceFigures(of: ComparedRows): ComparisonFigure[] {
  const { rows, onlyChampion, onlyChallenger, differences, beyond, scores } = of
  return [
    comparisonFigure.of('rows_both', rows, rows + onlyChampion + onlyChallenger),
    comparisonFigure.of('rows_only_champion', onlyChampion, rows + onlyChampion + onlyChallenger),
    comparisonFigure.of('rows_only_challenger', onlyChallenger, rows + onlyChampion + onlyChallenger),
    comparisonFigure.of('rows_beyond_tolerance', ones(beyond), rows),
    ...ofDifferences(differences, scores),
    ...(scores === null ? [] : [ofScores(scores)]),
  ]
}

/** How many flags are set. */
export function ones(flags: Uint8Array): number {
  let sum = 0
  for (const flag of flags) sum += flag
  return sum
}

function ofDifferences(differences: Float64Array, scores: ComparedRows['scores']): ComparisonFigure[] {
  const summary = differenceSummary(differences)
  const names = ['max_abs_difference', 'p99_abs_difference', 'mean_abs_difference', 'mean_difference']
  if (summary === null)
    return names.map((name) => comparisonFigure.missing(name, 0, 'no rows that both scored'))
  const { n, max, p99, meanAbsolute } = summary
  const left = differences.length - n
  const more = { reason: left === 0 ? null : `${left} rows left out: finite in one model only` }
  const figures = [max, p99, meanAbsolute].map((value, i) => comparisonFigure.of(names[i]!, value, n, more))
  if (scores === null) return figures
  const { champion, challenger } = scores
  const means = pairedMean(
    differences.length,
    (row) => champion[row]!,
    (row) => challenger[row]!,
  )
  return [...figures, { ...comparisonFigure.paired('mean_difference', means), ...more }]
}

function ofScores({ champion, challenger }: Both<Float64Array>): ComparisonFigure {
  const sorted = sortNumbers(champion.filter((one) => isFinite(one)))
  const edges = numericEdges(sorted)
  const counts = [champion, challenger].map((values) => {
    const binned = createBinCounts(edges)
    countBins(binned, { values })
    return binned.bins
  })
  const shares = binShares(counts[0]!, counts[1]!)
  if (shares === null) return comparisonFigure.missing('psi', champion.length, 'the scores fill one bin only')
  return comparisonFigure.of('psi', psi(shares), champion.length, {
    reason: `${shares.binCount} bins, edges from the champion`,
  })
}
