import { segmentsCodec } from '../../../../activities/evaluation/profiles/segments-codec'

const segments = new Map([
  ['carrier=UA', Uint8Array.of(1, 2, 3)],
  ['origin=', new Uint8Array()],
])
const bytes = segmentsCodec.encode(segments)

test('segments come back by key, in their order', () => {
  expect([...segmentsCodec.decode(bytes)]).toEqual([...segments])
  expect(segmentsCodec.decode(segmentsCodec.encode(new Map())).size).toBe(0)
})

test('another version, bytes cut short or too many are refused', () => {
  expect(() => segmentsCodec.decode(Uint8Array.of(0, ...bytes.slice(1)))).toThrow('version 0, allowed is 1')
  expect(() => segmentsCodec.decode(bytes.slice(0, -1))).toThrow(RangeError)
  expect(() => segmentsCodec.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError)
})
