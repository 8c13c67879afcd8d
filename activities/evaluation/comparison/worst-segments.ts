import type { ComparisonFigure } from '../../../schemas/comparison'
import { mainDifference } from './accuracy-figures'

const main: readonly string[] = Object.values(mainDifference)

/**
 * The segments where the challenger is worst by the main figure; without labels those where the models differ most on average. The
 * worst first.
 */
export function worstSegments(figures: readonly ComparisonFigure[], most: number): ComparisonFigure[] {
  const own = figures.filter(({ segment, value }) => segment !== null && value !== null)
  const judged = own.filter(({ metric }) => main.includes(metric)).sort((a, b) => a.value! - b.value!)
  const others = own
    .filter(({ metric }) => metric === 'mean_abs_difference')
    .sort((a, b) => b.value! - a.value!)
  return (judged.length > 0 ? judged : others).slice(0, most)
}
