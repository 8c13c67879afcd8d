import fc from 'fast-check'
import { sortNumbers } from '../../../../activities/evaluation/stats/sort-numbers'

/** 6,000 values, which is more than are sorted natively, made of a few by turns and by shifting them. */
function manyOf(some: readonly number[]): Float64Array {
  return Float64Array.from(
    { length: 6_000 },
    (_, i) => some[(i * 7919) % some.length]! * (i % 3 === 0 ? i : 1),
  )
}

const inOrder = (values: Float64Array): number[] => [...values].sort((a, b) => a - b)
const special = fc.constantFrom(0, -0, 5e-324, -5e-324, Infinity, -Infinity, 2 ** 53, -1, 1e308)
const some = fc.array(fc.oneof(special, fc.double({ noNaN: true })), { minLength: 1, maxLength: 40 })

test('few values and many are in order, of either sign, the smallest and the largest too', () => {
  fc.assert(
    fc.property(some, (values) => {
      for (const column of [Float64Array.from(values), manyOf(values)]) {
        const withoutNaN = column.filter((value) => !Number.isNaN(value)) // Infinity x 0
        const expected = withoutNaN.slice().sort()
        expect([...sortNumbers(withoutNaN)]).toEqual([...expected])
      }
    }),
    { numRuns: 40 },
  )
})

test('what was float32, whole numbers, and one number again and again are in order', () => {
  for (const value of [(i: number) => Math.fround(Math.sin(i)), (i: number) => (i * 37) % 101, () => -2.5]) {
    const column = Float64Array.from({ length: 10_000 }, (_, i) => value(i))
    expect([...sortNumbers(column.slice())]).toEqual(inOrder(column))
  }
})

test('values in the middle of a buffer are sorted in place, those around them stay', () => {
  const whole = Float64Array.from({ length: 6_002 }, (_, i) => -i)
  const middle = whole.subarray(1, -1)
  expect(sortNumbers(middle)).toBe(middle)
  expect([whole[0], whole[1], whole.at(-2), whole.at(-1)]).toEqual([-0, -6_000, -1, -6_001])
})
