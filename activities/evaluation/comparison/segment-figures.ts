import type { ComparisonFigure } from '../../../schemas/comparison'
import type { AccuracyTask } from '../accuracy/labelled-rows'
import { lossMoments } from '../stats/loss-moments'
import { mainDifference, mainFigure } from './accuracy-figures'
import { comparisonFigure } from './comparison-figure'
import type { ComparedRows } from './compared-rows'
import { labelledRowsAtLeast } from './judge-comparison'

/**
 * Each segment by itself: the mean absolute difference, the share of flips, and, with labels enough, the main figure. In front, the
 * segment whose main figure is the worst for the challenger: `worst_segment_difference`.
 * @param at positions of the labelled rows; null: the task has no labels
 */
export function segmentFigures(
  task: AccuracyTask | null,
  of: ComparedRows,
  at: Uint32Array,
): ComparisonFigure[] {
  const figures = of.segments.flatMap(({ column, codes, values }) => {
    const [all, labelled] = [positions(codes, values.length), positions(codes, values.length, at)]
    return values.flatMap((value, code) => {
      const segment = `${column}=${value}`
      const main =
        task !== null && labelled[code]!.length >= labelledRowsAtLeast
          ? [mainFigure(task, of, labelled[code]!)]
          : []
      return [...withoutLabels(of, all[code]!), ...main].map((one) => ({ ...one, segment }))
    })
  })
  const [worst] = figures
    .filter(({ metric, value }) => task !== null && metric === mainDifference[task] && value !== null)
    .sort((a, b) => a.value! - b.value!)
  const told = worst === undefined ? [] : [{ ...worst, metric: 'worst_segment_difference' }]
  return [...told, ...figures]
}

function withoutLabels({ differences, flipped, codes }: ComparedRows, at: Uint32Array): ComparisonFigure[] {
  const sizes = lossMoments.add(lossMoments.create(), at.length, (i) => Math.abs(differences[at[i]!]!))
  let flips = 0
  for (const row of at) flips += flipped[row]!
  return [
    comparisonFigure.of('mean_abs_difference', lossMoments.mean(sizes), sizes.n),
    ...(codes === null ? [] : [comparisonFigure.of('flip_rate', flips / at.length, at.length)]),
  ]
}

/** Positions of the rows of each code: of all rows, or of those at `among`. */
function positions(codes: Int32Array, values: number, among?: Uint32Array): Uint32Array[] {
  const rows = among?.length ?? codes.length
  const rowAt = (i: number): number => (among === undefined ? i : among[i]!)
  const counts = new Uint32Array(values)
  for (let i = 0; i < rows; i++) if (codes[rowAt(i)]! >= 0) counts[codes[rowAt(i)]!]!++
  const found = Array.from(counts, (count) => new Uint32Array(count))
  counts.fill(0)
  for (let i = 0; i < rows; i++) {
    const code = codes[rowAt(i)]!
    if (code >= 0) found[code]![counts[code]!++] = rowAt(i)
  }
  return found
}
