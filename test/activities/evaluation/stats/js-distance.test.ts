import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { jsDistance } from '../../../../activities/evaluation/stats/js-distance'
import { shareDistance } from './share-distance'

const of = (reference: readonly number[], current: readonly number[]): number =>
  jsDistance(binShares(reference, current)!)

test('it is the square root of the divergence in bits', () => {
  // m = [3/4, 1/4]: KL(p, m) = log2(4/3), KL(q, m) = (log2(2/3) + log2(2)) / 2
  const divergence = (Math.log2(4 / 3) + (Math.log2(2 / 3) + 1) / 2) / 2
  expect(of([4, 0], [2, 2])).toBeCloseTo(Math.sqrt(divergence), 12)
})

test('it is 1 where no bin is shared: nothing is clipped', () => {
  expect(of([10, 0], [0, 10])).toBe(1)
})

shareDistance(of, 1, 7)
