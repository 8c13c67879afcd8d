import { pairedMean } from '../../../../activities/evaluation/stats/paired-mean'

const of = (champion: readonly number[], challenger: readonly number[]) =>
  pairedMean(
    champion.length,
    (row) => champion[row]!,
    (row) => challenger[row]!,
  )

test('the interval is that of the rows’ differences, by hand', () => {
  const found = of([10, 20, 30], [11, 20, 32])
  expect(found).toMatchObject({ n: 3, champion: 20, challenger: 21, difference: 1 })
  // differences 1, 0, 2: sd 1
  expect(found?.interval?.upper).toBeCloseTo(1 + 1.959963984540054 / Math.sqrt(3), 12)
})

test('hard rows that are hard for both are no doubt', () => {
  expect(of([0, 1000], [1, 1001])?.interval).toEqual({ lower: 1, upper: 1 })
})

test('rows that one of them lacks are left out of both', () => {
  expect(of([1, NaN, 5], [1, 7, Infinity])).toEqual({
    n: 1,
    champion: 1,
    challenger: 1,
    difference: 0,
    interval: null,
  })
  expect(of([NaN], [1])).toBeNull()
})
