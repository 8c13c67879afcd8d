import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardCodec } from '../../../../activities/evaluation/profiles/shard-codec'
import { shardProfile, type ShardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const profileOf = (columns: Map<string, ProfileColumn>, rows: number, other = columns): ShardProfile => {
  const profiler = shardProfile.create(referenceProfile(columns), { shardNo: 12, batchRows: rows })
  shardProfile.add(profiler, other, rowHashes(rows))
  return shardProfile.extract(profiler)
}

const mixed = new Map<string, ProfileColumn>([
  ['x', { values: Float64Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? NaN : i / 7)) }],
  [
    'y',
    {
      values: Float64Array.from({ length: 300 }, (_, i) => i),
      validity: new Uint8Array(38).fill(0b1011_0111),
    },
  ],
  ['t', { dictionary: ['a', 'b'], codes: Int32Array.from({ length: 300 }, (_, i) => (i % 3) - 1) }],
])

test('a shard’s profile comes back as it was, broken columns too', () => {
  const withBroken = profileOf(mixed, 300, new Map([...mixed].slice(1)))
  expect(withBroken.columns.get('x')).toEqual({ error: 'the rows have no such column' })
  for (const profile of [profileOf(mixed, 300), withBroken, profileOf(new Map(), 0)])
    expect(shardCodec.decode(shardCodec.encode(profile))).toEqual(profile)
})

test('a sampled row of 16 float32 columns takes 72 bytes', () => {
  const column = { values: Float32Array.from({ length: 5_000 }, (_, i) => Math.sin(i)) }
  const profile = profileOf(new Map(Array.from({ length: 16 }, (_, i) => [`c${i}`, column])), 5_000)
  expect(shardCodec.encode(profile).length / 5_000).toBeLessThan(73)
})

test('of 255 texts a sampled row takes a byte, and each text is there once', () => {
  const dictionary = Array.from({ length: 255 }, (_, i) => `text ${i}`)
  const column = { dictionary, codes: Int32Array.from({ length: 5_000 }, (_, i) => (i % 256) - 1) }
  const profile = profileOf(new Map([['t', column]]), 5_000)
  const bytes = shardCodec.encode(profile)
  expect(shardCodec.decode(bytes)).toEqual(profile)
  const textBytes = 255 * 8 + dictionary.join('').length // a length before each
  expect(bytes.length - textBytes).toBeLessThan(5_000 * 9 + 1_000) // 8 of each row are its hash
})

test('without a reference only the sample is there', () => {
  const profiler = shardProfile.create(null, { shardNo: 1, batchRows: 300 })
  shardProfile.add(profiler, mixed, rowHashes(300))
  const profile = shardProfile.extract(profiler)
  expect(profile.columns.size).toBe(0)
  expect([...profile.sample.columns.keys()]).toEqual(['t', 'x', 'y'])
  expect(shardCodec.decode(shardCodec.encode(profile))).toEqual(profile)
})

test('another version, bytes cut short or too many are refused', () => {
  const bytes = shardCodec.encode(profileOf(mixed, 300))
  expect(() => shardCodec.decode(Uint8Array.of(9, ...bytes.slice(1)))).toThrow('version 9, allowed is 2')
  expect(() => shardCodec.decode(bytes.slice(0, -1))).toThrow(RangeError)
  expect(() => shardCodec.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError)
})

test('a kind of column that is unknown is refused', () => {
  const bytes = shardCodec.encode(
    profileOf(new Map([['t', { dictionary: ['a'], codes: Int32Array.of(0) }]]), 1),
  )
  const kindAt = bytes.length - 1 - 8 - 1 - 1 - 8 - 8 - 1 // before it: the name; behind it: dictionary and codes
  expect(bytes[kindAt]).toBe(2)
  bytes[kindAt] = 3
  expect(() => shardCodec.decode(bytes)).toThrow('a sampled column has kind 3, allowed are 0 to 2')
})
