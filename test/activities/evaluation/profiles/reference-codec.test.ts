import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceCodec } from '../../../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'

const rows = 400
const columns = new Map<string, ProfileColumn>([
  ['numbers', { values: Float64Array.from({ length: rows }, (_, i) => Math.sin(i)) }],
  ['few', { values: Float32Array.from({ length: rows }, (_, i) => (i % 9) / 10) }],
  ['empty', { values: new Float64Array(rows).fill(NaN) }],
  [
    'texts 😀',
    {
      dictionary: Array.from({ length: 70 }, (_, i) => `é${i}`),
      codes: Int32Array.from({ length: rows }, (_, i) => (i % 71) - 1),
    },
  ],
])
const profile = referenceProfile(columns, { sampleRows: 300 })
const bytes = referenceCodec.encode(profile)

test('a reference comes back as it was', () => {
  expect(referenceCodec.decode(bytes)).toEqual(profile)
  const none = referenceProfile(new Map())
  expect(referenceCodec.decode(referenceCodec.encode(none))).toEqual(none)
})

test('it comes back to the same bytes', () => {
  expect(referenceCodec.encode(referenceCodec.decode(bytes))).toEqual(bytes)
})

test('another version, a kind that is unknown, bytes cut short or too many are refused', () => {
  expect(() => referenceCodec.decode(Uint8Array.of(2, ...bytes.slice(1)))).toThrow('version 2, allowed is 1')
  expect(() => referenceCodec.decode(bytes.slice(0, -1))).toThrow(RangeError)
  expect(() => referenceCodec.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError)
  const kindAt = 1 + 8 + 1 + 8 + 8 + 'numbers'.length
  const unknown = bytes.slice()
  unknown[kindAt] = 9
  expect(() => referenceCodec.decode(unknown)).toThrow('a column has kind 9, allowed are 0 to 2')
})
