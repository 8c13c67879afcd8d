import { labelledCodec } from '../../../../activities/evaluation/references/labelled-codec'

const labelled = { scores: Float64Array.of(0.1, 0, NaN), labels: Uint8Array.of(1, 0, 1) }
const bytes = labelledCodec.encode(labelled)

test('scores and labels come back as they were', () => {
  expect(labelledCodec.decode(bytes)).toEqual(labelled)
  const none = { scores: new Float64Array(), labels: new Uint8Array() }
  expect(labelledCodec.decode(labelledCodec.encode(none))).toEqual(none)
})

test('a row of float32 scores takes 5 bytes', () => {
  const scores = Float64Array.from({ length: 1_000 }, (_, i) => Math.fround(i / 1_000))
  expect(labelledCodec.encode({ scores, labels: new Uint8Array(1_000) }).length).toBeLessThan(5_030)
})

test('another version, bytes cut short or too many, and columns of different lengths are refused', () => {
  expect(() => labelledCodec.decode(Uint8Array.of(7, ...bytes.slice(1)))).toThrow('version 7, allowed is 1')
  expect(() => labelledCodec.decode(bytes.slice(0, -1))).toThrow(RangeError)
  expect(() => labelledCodec.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError)
  const uneven = labelledCodec.encode({ ...labelled, labels: Uint8Array.of(1) })
  expect(() => labelledCodec.decode(uneven)).toThrow('there are 3 scores and 1 labels')
})
