import { ByteReader } from '../../../../activities/evaluation/profiles/byte-reader'
import { ByteWriter } from '../../../../activities/evaluation/profiles/byte-writer'
import { countsCodec } from '../../../../activities/evaluation/profiles/counts-codec'

const counts = {
  bins: Float64Array.of(5e9, 0, 3),
  missing: 1,
  nan: 2,
  plusInfinity: 3,
  minusInfinity: 4,
  outOfRange: 5,
  moments: { n: 6, mean: 0.1, m2: Infinity, min: -1e300, max: 1e300 },
}

test('counts come back as they were', () => {
  const writer = new ByteWriter()
  countsCodec.write(writer, counts)
  expect(countsCodec.read(new ByteReader(writer.bytes()))).toEqual(counts)
})

test('another number of counts is refused', () => {
  const bytes = new ByteWriter().numbers(counts.bins).numbers(Float64Array.of(1, 2)).bytes()
  expect(() => countsCodec.read(new ByteReader(bytes))).toThrow('a column has 2 counts, allowed are 5')
})
