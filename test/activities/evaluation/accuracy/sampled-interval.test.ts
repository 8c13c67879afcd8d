import { sampledInterval } from '../../../../activities/evaluation/accuracy/sampled-interval'

const resampling = { seed: 3, sampleRows: 50, replicates: 200 }
/** Share of the rows' weights that fall on even rows. */
const share = (weights: Uint8Array): number | null => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return total === 0 ? null : weights.reduce((sum, weight, i) => sum + (i % 2 === 0 ? weight : 0), 0) / total
}

test('an interval from a sample says so, and of all rows does not', () => {
  const resampled = { rowCount: 50, statistic: share }
  const sampled = sampledInterval.figureOf('share', 0.5, 80, resampled, resampling)
  expect(sampled.reason).toBe('sampled: the interval is that of 50 of 80 rows')
  expect(sampled.ciLo).toBeLessThan(0.5)
  expect(sampled.ciHi).toBeGreaterThan(0.5)
  expect(sampledInterval.figureOf('share', 0.5, 50, resampled, resampling).reason).toBeNull()
})

test('an interval holds the value, also one that the sample misses', () => {
  const { ciLo, ciHi } = sampledInterval.figureOf('share', 0.99, 80, { rowCount: 50, statistic: share }, resampling) // prettier-ignore
  expect(ciLo).toBeLessThan(0.5)
  expect(ciHi).toBe(0.99)
  expect(sampledInterval.figureOf('share', 0.01, 80, { rowCount: 50, statistic: share }, resampling).ciLo).toBe(0.01) // prettier-ignore
})

test('a statistic that noise moves upwards has its interval below', () => {
  const upwards = (weights: Uint8Array): number => 0.2 + Math.abs(share(weights)! - 0.5)
  const resampled = { rowCount: 50, statistic: upwards }
  const plain = sampledInterval.figureOf('gap', 0.2, 50, resampled, resampling)
  const reflected = sampledInterval.reflectedFigureOf('gap', 0.2, 50, resampled, resampling)
  expect(plain.ciHi! - 0.2).toBeGreaterThan(0.1)
  expect(reflected.ciLo).toBeCloseTo(0.4 - plain.ciHi!, 12)
  expect(reflected.ciHi).toBe(0.2)
})

test('an undefined value has no interval', () => {
  const resampled = { rowCount: 50, statistic: share }
  for (const make of [sampledInterval.figureOf, sampledInterval.reflectedFigureOf])
    expect(make('share', null, 50, resampled, resampling)).toMatchObject({ ciLo: null, ciHi: null })
})
