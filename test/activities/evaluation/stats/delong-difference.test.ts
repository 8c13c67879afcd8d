import fc from 'fast-check'
import { delongDifference } from '../../../../activities/evaluation/stats/delong-difference'
import { delongInterval } from '../../../../activities/evaluation/stats/delong-interval'
import { scoreCounts } from '../../../../activities/evaluation/stats/score-counts'

const of = (champion: readonly number[], challenger: readonly number[], labels: readonly number[]) =>
  delongDifference(Float64Array.from(champion), Float64Array.from(challenger), Uint8Array.from(labels))

test('two rows of each class: the variance by hand', () => {
  // champion: V10 = [1/2, 1], V01 = [1, 1/2]; challenger: all 1
  const found = of([0.1, 0.4, 0.35, 0.8], [0.1, 0.2, 0.7, 0.8], [0, 0, 1, 1])
  expect(found).toMatchObject({ champion: 0.75, challenger: 1, difference: 0.25 })
  // each class's differences are [1/2, 0]: variance 1/8, over 2 rows
  expect(found?.standardError).toBeCloseTo(Math.sqrt(1 / 8), 14)
  expect(found?.upper).toBeCloseTo(0.25 + 1.959963984540054 * Math.sqrt(1 / 8), 14)
})

test('models that rank alike differ by nothing, whatever their scores', () => {
  const found = of([0.1, 0.4, 0.35, 0.8], [1, 16, 12, 64], [0, 0, 1, 1])
  expect(found).toMatchObject({ difference: 0, standardError: 0, lower: 0, upper: 0 })
})

test('there is none with fewer than two rows of a class', () => {
  expect(of([1, 2, 3], [3, 2, 1], [1, 0, 0])).toBeNull()
  expect(of([], [], [])).toBeNull()
})

test('against a model without information it is the interval of one AUC', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 }))
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const scores = Float64Array.from(rows, ([score]) => score)
      const labels = Uint8Array.from(rows, ([, label]) => label)
      const alone = delongInterval(scoreCounts.create(scores, labels))
      const found = delongDifference(new Float64Array(rows.length), scores, labels)
      expect(found?.challenger).toBe(alone?.auc)
      if (alone) expect(found!.standardError).toBeCloseTo(alone.standardError, 12)
    }),
  )
})
