import { differenceSummary } from '../../../../activities/evaluation/stats/difference-summary'

test('mean with sign; mean, 99th percentile and largest without', () => {
  const found = differenceSummary(Float64Array.of(-1, 3, 0, -2))
  expect(found).toMatchObject({ n: 4, mean: 0, meanAbsolute: 1.5, max: 3 })
  expect(found?.p99).toBeCloseTo(2.97, 12)
})

test('NaN is left out; without rows there is nothing', () => {
  expect(differenceSummary(Float64Array.of(NaN, -2))).toEqual({
    n: 1,
    mean: -2,
    meanAbsolute: 2,
    p99: 2,
    max: 2,
  })
  expect(differenceSummary(Float64Array.of(NaN))).toBeNull()
})

test('what is given is not changed', () => {
  const given = Float64Array.of(3, -1, 2)
  differenceSummary(given)
  expect([...given]).toEqual([3, -1, 2])
})
