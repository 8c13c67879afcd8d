import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { triangular } from '../../../../activities/evaluation/stats/triangular'
import { shareDistance } from './share-distance'

const of = (reference: readonly number[], current: readonly number[]): number =>
  triangular(binShares(reference, current)!)

test('it is sqrt(1/2 sum (p - q)² / (p + q))', () => {
  expect(of([50, 50], [60, 40])).toBeCloseTo(Math.sqrt((0.01 / 1.1 + 0.01 / 0.9) / 2), 12)
})

test('it is 1 where no bin is shared', () => {
  expect(of([10, 0], [0, 10])).toBe(1)
})

shareDistance(of, 1, 10)
