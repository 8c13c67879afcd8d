import fc from 'fast-check'
import { medianAe } from '../../../../activities/evaluation/stats/median-ae'

const of = (predictions: readonly number[], labels: readonly number[]): number | null =>
  medianAe.extract(medianAe.sortedErrors(Float64Array.from(predictions), Float64Array.from(labels)))

test.each([
  ['one row', [3], [1], 2],
  ['an odd number: the middle one', [3, 0, -10], [1, 0, 0], 2],
  ['an even number: the mean of the middle two', [1, 2, 4, 9], [0, 0, 0, 0], 3],
  ['rows that are not finite are left out', [NaN, 5, Infinity, 1], [0, 0, 0, -Infinity], 5],
  ['no row', [], [], null],
])('%s', (_, predictions, labels, expected) => {
  expect(of(predictions, labels)).toBe(expected)
})

test('an error of weight w is an error given w times', () => {
  const rows = fc.array(fc.tuple(fc.nat(20), fc.nat(4)), { maxLength: 25 })
  fc.assert(
    fc.property(rows, (some) => {
      const sorted = [...some].sort(([a], [b]) => a - b)
      const repeated = sorted.flatMap(([error, weight]) => new Array<number>(weight).fill(error))
      expect(
        medianAe.extract(
          Float64Array.from(sorted, ([error]) => error),
          Uint8Array.from(sorted, ([, weight]) => weight),
        ),
      ).toBe(medianAe.extract(Float64Array.from(repeated)))
    }),
  )
})
