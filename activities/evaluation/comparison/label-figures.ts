import type { ComparisonFigure } from '../../../schemas/comparison'
import { confusionIntervals } from '../accuracy/confusion-intervals'
import { multiclassConfusion, type MulticlassCounts } from '../stats/multiclass-confusion'
import { wilsonInterval } from '../stats/wilson-interval'
import { comparisonFigure } from './comparison-figure'
import type { ComparedRows } from './compared-rows'
import { ones } from './difference-figures'

/** Directions of flips that are told; more of them, by rows, are in the total only. */
const directionsAtMost = 20

/** How the labels that two models say agree: flips in all and by direction, agreement, Cohen's kappa. Regressions say none. */
export function labelFigures(
  { rows, flipped, codes, scores }: ComparedRows,
  classes: readonly string[],
): ComparisonFigure[] {
  const flips = comparisonFigure.of('flips', ones(flipped), rows)
  // without codes: of a raw model what is no number may differ, of a regression there is nothing else
  if (codes === null) return scores === null ? [flips] : []
  const confusion = multiclassConfusion.add(
    multiclassConfusion.create(classes.length),
    codes.challenger,
    codes.champion,
  )
  const interval = wilsonInterval(rows - ones(flipped), rows)
  const kappa = multiclassConfusion.extract(confusion)?.cohenKappa ?? null
  return [
    flips,
    ...byDirection(confusion, classes),
    comparisonFigure.of('agreement', interval === null ? null : 1 - ones(flipped) / rows, rows, {
      ...comparisonFigure.bounds(interval && { lower: interval.low, upper: interval.high }),
      reason: interval === null ? 'no rows that both scored' : null,
    }),
    comparisonFigure.of('cohen_kappa', kappa, rows, {
      ...comparisonFigure.bounds(confusionIntervals(confusion).cohenKappa),
      reason: kappa === null ? 'both say one and the same label always' : null,
    }),
  ]
}

function byDirection(
  { counts, classCount }: MulticlassCounts,
  classes: readonly string[],
): ComparisonFigure[] {
  const cells = [...counts.keys()].map((cell) => [Math.floor(cell / classCount), cell % classCount] as const)
  // of two labels both directions are told, also where there are none
  return cells
    .map(([from, to]) => ({ from, to, rows: counts[from * classCount + to]! }))
    .filter(({ from, to, rows }) => from !== to && (rows > 0 || classCount === 2))
    .sort((a, b) => b.rows - a.rows)
    .slice(0, directionsAtMost)
    .map(({ from, to, rows }) =>
      comparisonFigure.of('flips', rows, fromRows(counts, classCount, from), {
        direction: `${classes[from]!} -> ${classes[to]!}`,
      }),
    )
}

/** Rows to which the champion gives a label. */
function fromRows(counts: Float64Array, classCount: number, from: number): number {
  return counts.subarray(from * classCount, (from + 1) * classCount).reduce((sum, rows) => sum + rows, 0)
}
