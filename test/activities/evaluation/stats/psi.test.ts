import { binShares } from '../../../../activities/evaluation/stats/bin-shares'
import { psi } from '../../../../activities/evaluation/stats/psi'
import { shareDistance } from './share-distance'

const of = (reference: readonly number[], current: readonly number[]): number =>
  psi(binShares(reference, current)!)

test('it is the sum of (q - p) ln(q / p)', () => {
  expect(of([50, 50], [60, 40])).toBeCloseTo(0.1 * Math.log(0.6 / 0.5) - 0.1 * Math.log(0.4 / 0.5), 12)
})

test('an empty bin counts as a share of 0.0001, and nothing is scaled to sum to 1 again', () => {
  const expected = 2 * (1 - 1e-4) * Math.log(1 / 1e-4)
  expect(of([10, 0], [0, 10])).toBeCloseTo(expected, 12)
})

test('two shares under the clip are the same', () => {
  expect(of([99_999, 1], [99_995, 5])).toBeCloseTo(0, 8)
})

shareDistance(of, 2 * Math.log(1e4), 10)
