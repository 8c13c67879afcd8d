import { comparisonFigure } from '../../../../activities/evaluation/comparison/comparison-figure'
import { worstSegments } from '../../../../activities/evaluation/comparison/worst-segments'

const of = (metric: string, value: number | null, segment: string | null) =>
  comparisonFigure.of(metric, value, 300, { segment })
const differences = [
  of('mean_abs_difference', 0.5, null),
  of('mean_abs_difference', 0.1, 'place=x'),
  of('mean_abs_difference', 0.3, 'place=y'),
]
const names = (figures: ReturnType<typeof worstSegments>) => figures.map(({ segment }) => segment)

test('with labels: those whose main figure is lowest', () => {
  const figures = [
    of('worst_segment_difference', -0.2, 'place=x'),
    of('roc_auc_difference', 0.1, null),
    of('roc_auc_difference', -0.2, 'place=x'),
    of('roc_auc_difference', 0.3, 'place=y'),
    of('roc_auc_difference', null, 'place=z'),
    ...differences,
  ]
  expect(names(worstSegments(figures, 5))).toEqual(['place=x', 'place=y'])
  expect(names(worstSegments(figures, 1))).toEqual(['place=x'])
})

test('without: those that differ most', () => {
  expect(names(worstSegments(differences, 5))).toEqual(['place=y', 'place=x'])
  expect(worstSegments([], 5)).toEqual([])
})
