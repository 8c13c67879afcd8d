import { poissonBootstrap, type Resampled } from '../../../../activities/evaluation/stats/poisson-bootstrap'

const values = Float64Array.from({ length: 400 }, (_, i) => (i * 37) % 101)
const mean: Resampled = {
  rowCount: values.length,
  statistic: (weights) => {
    let [sum, rows] = [0, 0]
    weights.forEach((weight, i) => {
      sum += weight * values[i]!
      rows += weight
    })
    return rows === 0 ? null : sum / rows
  },
}

test('the same seed gives the same interval, another one another', () => {
  expect(poissonBootstrap(mean, 1)).toEqual(poissonBootstrap(mean, 1))
  expect(poissonBootstrap(mean, 1)).not.toEqual(poissonBootstrap(mean, 2))
})

test('of a mean it is about as wide as the analytic interval', () => {
  const average = values.reduce((sum, one) => sum + one, 0) / values.length
  const sd = Math.sqrt(values.reduce((sum, one) => sum + (one - average) ** 2, 0) / (values.length - 1))
  const interval = poissonBootstrap(mean, 3, { replicates: 1000 })!
  const analytic = 2 * 1.96 * (sd / Math.sqrt(values.length))
  expect(interval.lower < average && average < interval.upper).toBe(true)
  expect((interval.upper - interval.lower) / analytic).toBeGreaterThan(0.9)
  expect((interval.upper - interval.lower) / analytic).toBeLessThan(1.1)
})

test('a lower level gives a narrower interval', () => {
  const [wide, narrow] = [poissonBootstrap(mean, 4)!, poissonBootstrap(mean, 4, { level: 0.5 })!]
  expect(wide.lower < narrow.lower && narrow.upper < wide.upper).toBe(true)
})

test('replicates without a value are left out and told; without any there is no interval', () => {
  const oneRow = poissonBootstrap({ rowCount: 1, statistic: (weights) => weights[0] || null }, 5)! // prettier-ignore
  expect(oneRow.replicates).toBeGreaterThan(90)
  expect(oneRow.replicates).toBeLessThan(160) // 1 - 1/e of 200
  expect(oneRow.lower).toBe(1)
  expect(poissonBootstrap({ rowCount: 1, statistic: () => null }, 5)).toBeNull()
})

test('no rows: the statistic decides', () => {
  expect(poissonBootstrap({ rowCount: 0, statistic: () => null }, 1)).toBeNull()
})
