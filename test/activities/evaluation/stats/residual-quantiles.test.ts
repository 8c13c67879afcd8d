import { residualQuantiles } from '../../../../activities/evaluation/stats/residual-quantiles'

test('a model that predicts too much has positive residuals', () => {
  expect(residualQuantiles(Float64Array.of(3, 5, 9), Float64Array.of(1, 1, 1), [0, 0.5, 0.75, 1])).toEqual([
    2, 4, 6, 8,
  ])
})

test('rows that are not finite are left out; without rows there are none', () => {
  expect(residualQuantiles(Float64Array.of(NaN, 2, Infinity), Float64Array.of(0, 1, 0), [0.5])).toEqual([1])
  expect(residualQuantiles(Float64Array.of(NaN), Float64Array.of(1), [0.5])).toBeNull()
})
