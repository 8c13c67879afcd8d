import fc from 'fast-check'
import { mergeProfiles } from '../../../../activities/evaluation/profiles/merge-profiles'
import type { ProfileColumn, TextColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile, type ShardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const values = Float64Array.from({ length: 3_000 }, (_, i) => Math.sin(i) * 1e3 + 0.1)
const reference = referenceProfile(new Map([['x', { values }]]))

/** Rows of a text column with a dictionary of their own, in the order in which texts occur. */
const textsOf = (start: number, end: number): TextColumn => {
  const texts = Array.from({ length: end - start }, (_, i) => `t${((start + i) * 7) % 11}`)
  const dictionary = [...new Set(texts)]
  return { dictionary, codes: Int32Array.from(texts, (text) => dictionary.indexOf(text)) }
}
const hashes = rowHashes(values.length)

const shards = (count: number): ShardProfile[] =>
  Array.from({ length: count }, (_, shardNo) => {
    const cut = (n: number): number => Math.floor((n * values.length) / count)
    const [start, end] = [cut(shardNo), cut(shardNo + 1)]
    const profiler = shardProfile.create(reference, { shardNo, batchRows: values.length, sampleRows: 500 })
    shardProfile.add(
      profiler,
      new Map<string, ProfileColumn>([
        ['x', { values: values.slice(start, end) }],
        ['t', textsOf(start, end)],
      ]),
      hashes.slice(start, end),
    )
    return shardProfile.extract(profiler)
  })

test('shards merge to the same bits in whatever order they arrive', () => {
  const seven = shards(7)
  const expected = mergeProfiles(seven, 500)
  fc.assert(
    fc.property(fc.shuffledSubarray(seven, { minLength: 7 }), (arrived) => {
      expect(mergeProfiles(arrived, 500)).toEqual(expected)
    }),
    { numRuns: 20 },
  )
})

test('cut into 1, 7 or 50 shards, counts and sample are the same and moments equal to 1e-12', () => {
  const [one, seven, fifty] = [1, 7, 50].map((count) => mergeProfiles(shards(count), 500))
  const { moments: expected, ...counts } = reference.columns.get('x')!.counts
  for (const profile of [one!, seven!, fifty!]) {
    expect(profile.rows).toBe(3_000)
    expect(profile.columns.get('x')).toMatchObject(counts)
    expect(profile.sample).toEqual(one!.sample)
    expect([...profile.sample.columns.keys()]).toEqual(['t', 'x'])
    expect(profile.sample.hashes).toHaveLength(500)
    const column = profile.columns.get('x')!
    if ('error' in column) throw new Error(column.error)
    expect(Math.abs(column.moments.m2 / expected.m2 - 1)).toBeLessThan(1e-12)
  }
})

test('the merged sample is the k smallest hashes of the batch', () => {
  expect(mergeProfiles(shards(7), 500).sample.hashes).toEqual(hashes.slice().sort().slice(0, 500))
})

test('a column broken in one shard is broken', () => {
  const [a, b, c] = shards(3)
  const broken = { ...b!, columns: new Map([['x', { error: 'no' }]]) }
  expect(mergeProfiles([a!, broken, c!]).columns.get('x')).toEqual({ error: 'no' })
  expect(mergeProfiles([c!, broken]).columns.get('x')).toEqual({ error: 'no' })
})

test('no shards, a shard twice, and shards of other columns are refused', () => {
  const [a, b] = shards(2)
  expect(() => mergeProfiles([])).toThrow('there are 0 shards')
  expect(() => mergeProfiles([a!, b!, a!])).toThrow('shard 0 is there twice')
  expect(() => mergeProfiles([a!, { ...b!, columns: new Map() }])).toThrow('shard 1 has no column x')
})
