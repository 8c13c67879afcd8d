import { mergeProfiles } from '../../../../activities/evaluation/profiles/merge-profiles'
import { sampleRowsOf } from '../../../../activities/evaluation/profiles/sample-rows-of'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

test.each([
  [1, 50_000],
  [18, 50_000],
  [40, 50_000],
  [41, 48_780],
  [301, 6_644],
  [10_000, 1_000],
])('a sample of %d columns has at most %d rows', (columns, rows) => {
  expect(sampleRowsOf(columns)).toBe(rows)
})

test('shards of wide rows keep fewer of them, and their merged sample is the smallest hashes of all', () => {
  const [rows, width] = [8_000, 400]
  const shards = [0, 1].map((shardNo) => {
    const profiler = shardProfile.create(null, { shardNo, batchRows: 2 * rows })
    const hashes = BigUint64Array.from(
      { length: rows },
      (_, row) => BigInt(row * 2 + shardNo) * 0x9e3779b97f4a7c15n,
    )
    const column = { values: Float64Array.from(hashes, Number) }
    shardProfile.add(profiler, new Map(Array.from({ length: width }, (_, i) => [`c${i}`, column])), hashes)
    return { hashes, profile: shardProfile.extract(profiler) }
  })
  const { sample } = mergeProfiles(shards.map(({ profile }) => profile))
  const all = BigUint64Array.from(shards.flatMap(({ hashes }) => [...hashes])).sort()
  expect(sample.hashes).toEqual(all.slice(0, sampleRowsOf(width)))
})
