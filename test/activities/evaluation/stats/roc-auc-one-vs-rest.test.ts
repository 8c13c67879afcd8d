import { rocAucOneVsRest } from '../../../../activities/evaluation/stats/roc-auc-one-vs-rest'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const of = (probabilities: readonly number[], classes: number, labels: readonly number[]) =>
  rocAucOneVsRest(
    Array.from({ length: classes }, (_, c) =>
      scoreCounts.ofClass(Float64Array.from(probabilities), classes, c, Int32Array.from(labels)),
    ),
  )

test('is the AUC of each class, their plain mean, and their mean by rows', () => {
  const right = [0.8, 0.1, 0.1]
  // class 0 is told perfectly; in 1 and 2 one row each is taken for the other
  const found = of([...right, ...right, 0.1, 0.2, 0.7, 0.1, 0.7, 0.2], 3, [0, 0, 1, 2])
  expect(found.perClass).toEqual([1, 2 / 3, 2 / 3])
  expect(found.macro).toBeCloseTo((1 + 4 / 3) / 3, 14)
  expect(found.weighted).toBeCloseTo((2 + 4 / 3) / 4, 14)
})

test('a class without rows leaves no macro, and has no say in weighted', () => {
  expect(of([0.7, 0.2, 0.1, 0.1, 0.8, 0.1], 3, [0, 1])).toEqual({
    perClass: [1, 1, null],
    macro: null,
    weighted: 1,
  })
})

test('rows of one class only leave nothing', () => {
  expect(of([0.7, 0.3, 0.2, 0.8], 2, [1, 1])).toEqual({
    perClass: [null, null],
    macro: null,
    weighted: null,
  })
})

test('no row, or no class, leaves nothing', () => {
  expect(of([], 2, [])).toEqual({ perClass: [null, null], macro: null, weighted: null })
  expect(rocAucOneVsRest([])).toEqual({ perClass: [], macro: null, weighted: null })
})
