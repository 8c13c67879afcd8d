import { ByteReader } from '../../../../activities/evaluation/profiles/byte-reader'
import { ByteWriter } from '../../../../activities/evaluation/profiles/byte-writer'

const written = new ByteWriter()
  .byte(7)
  .number(-0.1)
  .text('\ufeffnaïve 😀')
  .array(BigUint64Array.of(2n ** 64n - 1n))
  .bytes()

test('what was written is read in the same order, from any place in a buffer', () => {
  const shifted = new Uint8Array(written.length + 3)
  shifted.set(written, 3)
  const reader = new ByteReader(shifted.subarray(3))
  expect([reader.byte(), reader.number(), reader.text()]).toEqual([7, -0.1, '\ufeffnaïve 😀'])
  expect(reader.uint64s()).toEqual(BigUint64Array.of(2n ** 64n - 1n))
  expect(() => reader.end()).not.toThrow()
})

test('bytes that end too early, or go on, are refused with both numbers', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2))
  reader.byte()
  expect(() => reader.number()).toThrow('the profile has 2 bytes, needed are 9')
  expect(() => reader.end()).toThrow('the profile has 2 bytes, read were 1')
})

test('a length that is no number, negative or enormous is refused before memory is taken', () => {
  for (const length of [NaN, -1, 1e15])
    expect(() => new ByteReader(new ByteWriter().number(length).bytes()).bytes()).toThrow(RangeError)
})

test('an unknown width is refused', () => {
  expect(() => new ByteReader(Uint8Array.of(2)).numbers()).toThrow('numbers have 2 bytes each')
})
