import { mcnemar } from '../../../../activities/evaluation/stats/mcnemar'

test('few discordant rows: twice the binomial probability, by hand', () => {
  // (1 + 12 + 66) / 2^12, twice
  expect(mcnemar(2, 10)).toEqual({ statistic: 2, pValue: (2 * 79) / 4096, exact: true })
  expect(mcnemar(10, 2)).toEqual(mcnemar(2, 10))
})

test('from 25 discordant rows on: chi² with continuity correction', () => {
  expect(mcnemar(24, 0).exact).toBe(true)
  const { statistic, exact, pValue } = mcnemar(25, 0)
  expect({ statistic, exact }).toEqual({ statistic: 576 / 25, exact: false })
  expect(pValue).toBeCloseTo(1.587e-6, 9)
})

test('as many for each, or none at all, say nothing', () => {
  expect(mcnemar(5, 5).pValue).toBe(1)
  expect(mcnemar(0, 0)).toEqual({ statistic: 0, pValue: 1, exact: true })
})
