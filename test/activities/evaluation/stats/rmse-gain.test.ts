import { rmseGain } from '../../../../activities/evaluation/stats/rmse-gain'

const of = (champion: readonly number[], challenger: readonly number[]) =>
  rmseGain(
    Float64Array.from(champion),
    Float64Array.from(challenger),
    Float64Array.from(champion, () => 0),
  )

test('half of every error is a gain of a half, without doubt', () => {
  const found = of([2, -4, 6], [1, -2, 3])
  expect(found?.gain?.value).toBeCloseTo(0.5, 14)
  expect(found?.gain?.lower).toBeCloseTo(0.5, 14)
  expect(found?.difference).toBeCloseTo(-Math.sqrt(14 / 3), 14)
})

test('the interval holds the value, and a worse model gains less than nothing', () => {
  const { gain, lower, upper, difference } = of([1, 2, 3, 4], [2, 2, 4, 4])!
  expect(gain!.value).toBeLessThan(0)
  expect(gain!.lower).toBeLessThan(gain!.value)
  expect(gain!.upper).toBeGreaterThan(gain!.value)
  expect(lower).toBeLessThan(difference)
  expect(upper).toBeGreaterThan(difference)
})

test('against a champion without error there is no gain to tell', () => {
  expect(of([0, 0], [1, 1])).toMatchObject({ champion: 0, challenger: 1, gain: null })
})

test('a challenger without error gains all', () => {
  expect(of([1, 2], [0, 0])?.gain).toEqual({ value: 1, lower: 1, upper: 1 })
})

test('one row is too few, and rows that are not finite are none', () => {
  expect(of([1], [2])).toBeNull()
  expect(of([1, NaN], [2, 2])).toBeNull()
  expect(of([1, 1, NaN], [2, 2, 2])?.n).toBe(2)
})
