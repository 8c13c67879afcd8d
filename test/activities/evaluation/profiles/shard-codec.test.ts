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

test('texts are not in it', () => {
  const profile = profileOf(new Map([['t', { dictionary: ['secret'], codes: new Int32Array(5) }]]), 5)
  expect(new TextDecoder().decode(shardCodec.encode(profile))).not.toContain('secret')
})

test('another version, bytes cut short or too many are refused', () => {
  const bytes = shardCodec.encode(profileOf(mixed, 300))
  expect(() => shardCodec.decode(Uint8Array.of(9, ...bytes.slice(1)))).toThrow('version 9, allowed is 1')
  expect(() => shardCodec.decode(bytes.slice(0, -1))).toThrow(RangeError)
  expect(() => shardCodec.decode(Uint8Array.of(...bytes, 0))).toThrow(RangeError)
})
