import { poissonWeights } from '../../../../activities/evaluation/stats/poisson-weights'

const draw = (seed: number, lengths: readonly number[]): number[] => {
  const generator = poissonWeights(seed)
  return lengths.flatMap((length) => {
    const weights = new Uint8Array(length)
    generator.fill(weights)
    return [...weights]
  })
}

test('the same seed gives the same weights, in one fill or many', () => {
  expect(draw(7, [100])).toEqual(draw(7, [1, 0, 49, 50]))
  expect(draw(7, [100])).not.toEqual(draw(8, [100]))
})

test('seeds that differ only above 32 bits differ', () => {
  expect(draw(2 ** 40 + 1, [50])).not.toEqual(draw(1, [50]))
})

test('mean, variance and shares are those of Poisson(1)', () => {
  const weights = draw(20130704, [200_000])
  const n = weights.length
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / n
  const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / n
  // 4 standard errors: 1 / sqrt(n) of the mean, sqrt(3 / n) of the variance
  expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(n))
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(3 / n))
  for (const [weight, share] of [
    [0, Math.exp(-1)],
    [1, Math.exp(-1)],
    [2, Math.exp(-1) / 2],
    [5, Math.exp(-1) / 120],
  ])
    // prettier-ignore
    expect(weights.filter((one) => one === weight).length / n).toBeCloseTo(share!, 2)
})
