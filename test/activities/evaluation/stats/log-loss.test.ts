import fc from 'fast-check'
import { logLoss } from '../../../../activities/evaluation/stats/log-loss'
import { lossMoments } from '../../../../activities/evaluation/stats/loss-moments'

const none = lossMoments.create()
const binary = (scores: readonly number[], labels: readonly number[]): number =>
  logLoss.add(none, Float64Array.from(scores), Uint8Array.from(labels)).mean

test('is minus the logarithm of the probability of what came', () => {
  expect(binary([0.25], [1])).toBe(Math.log(4))
  expect(binary([0.25], [0])).toBe(-Math.log(0.75))
  expect(binary([0.5, 0.125], [1, 1])).toBeCloseTo((Math.log(2) + Math.log(8)) / 2, 14)
})

test('a sure error costs 52 ln 2, never infinity; a sure success all but nothing', () => {
  expect(binary([0], [1])).toBe(52 * Math.log(2))
  expect(binary([1], [0])).toBe(52 * Math.log(2))
  expect(binary([1], [1])).toBe(-Math.log(1 - 2 ** -52))
})

test('rows without a score are left out', () => {
  const moments = logLoss.add(none, Float64Array.of(NaN, 0.5, Infinity), Uint8Array.of(1, 1, 0))
  expect(moments).toEqual({ n: 1, mean: Math.log(2), m2: 0 })
})

test('float32 is widened before it is clipped', () => {
  const moments = logLoss.add(none, Float32Array.of(1), Uint8Array.of(0))
  expect(moments.mean).toBe(52 * Math.log(2))
})

test('K classes known nothing of cost ln K', () => {
  const moments = logLoss.addMulticlass(none, new Float64Array(15).fill(0.2), 5, Int32Array.of(0, 3, 4))
  expect(moments).toEqual({ n: 3, mean: -Math.log(0.2), m2: 0 })
})

test('of two classes it is the binary one, and never negative', () => {
  const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1)), { minLength: 1 })
  fc.assert(
    fc.property(rows, (some) => {
      const labels = some.map(([, label]) => label)
      const pairs = Float64Array.from(some.flatMap(([score]) => [1 - score, score]))
      const found = logLoss.addMulticlass(none, pairs, 2, Int32Array.from(labels)).mean
      expect(found).toBe(binary(some.map(([score]) => score), labels)) // prettier-ignore
      expect(found).toBeGreaterThan(0)
    }),
  )
})
