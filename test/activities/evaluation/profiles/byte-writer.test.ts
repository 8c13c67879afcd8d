import fc from 'fast-check'
import { ByteReader } from '../../../../activities/evaluation/profiles/byte-reader'
import { ByteWriter } from '../../../../activities/evaluation/profiles/byte-writer'

const lengthOf = (...values: number[]): number =>
  new ByteWriter().numbers(Float64Array.from(values)).bytes().length

test('numbers take one byte each where they fit, four as float32, else eight, beside nine for width and count', () => {
  expect(lengthOf(0, 1, 255)).toBe(9 + 3)
  expect(lengthOf(0, 0.5, NaN)).toBe(9 + 12)
  expect(lengthOf(-0, 256)).toBe(9 + 8)
  expect(lengthOf(0.1, 0, 0)).toBe(9 + 24)
})

test('numbers come back as they were, bit for bit', () => {
  const number = fc.oneof(fc.double(), fc.float(), fc.nat(255), fc.constantFrom(-0, NaN, Infinity, 2 ** 53))
  fc.assert(
    fc.property(fc.array(number), (list) => {
      const bytes = new ByteWriter().numbers(Float64Array.from(list)).bytes()
      expect(new ByteReader(bytes).numbers()).toEqual(Float64Array.from(list))
    }),
  )
})

test('what is written does not change with the array; a part of a buffer is that part only', () => {
  const values = Float64Array.of(1, 2, 3)
  const writer = new ByteWriter().array(values.subarray(1))
  values.fill(0)
  expect(new ByteReader(writer.bytes()).float64s()).toEqual(Float64Array.of(2, 3))
})
