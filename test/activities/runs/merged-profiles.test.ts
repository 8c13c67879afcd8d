import { allRows } from '../../../activities/evaluation/columns/profile-pass'
import { rowHashes } from '../../../activities/evaluation/profiles/row-hashes'
import { referenceProfile } from '../../../activities/evaluation/profiles/reference-profile'
import { segmentsCodec } from '../../../activities/evaluation/profiles/segments-codec'
import { shardCodec } from '../../../activities/evaluation/profiles/shard-codec'
import { shardProfile } from '../../../activities/evaluation/profiles/shard-profile'
import { mergedProfiles } from '../../../activities/runs/merged-profiles'

const rows = 700
const values = Float64Array.from({ length: rows }, (_, i) => Math.sin(i) * 1_000)
const hashes = rowHashes(rows)
const reference = referenceProfile(new Map([['feature/x', { values }]]))

/** The profile of rows [from, to) as one shard. */
function profiled(shardNo: number, from: number, to: number): Uint8Array {
  const profiler = shardProfile.create(reference, { shardNo, batchRows: rows })
  shardProfile.add(
    profiler,
    new Map([['feature/x', { values: values.slice(from, to) }]]),
    hashes.slice(from, to),
  )
  return shardCodec.encode(shardProfile.extract(profiler))
}

/** Seven shards of a hundred rows as their sink gives them; every second one has the segment s=odd, all have s=all. */
const shards = Array.from({ length: 7 }, (_, shardNo) => {
  const bytes = profiled(shardNo, shardNo * 100, shardNo * 100 + 100)
  const odd: [string, Uint8Array][] = shardNo % 2 === 1 ? [['s=odd', bytes]] : []
  return segmentsCodec.encode(new Map([[allRows, bytes], ['s=all', bytes], ...odd]))
})

function sinkOf(profiles: readonly Uint8Array[], atATime: number) {
  return {
    committedProfiles: async function* () {
      for (let from = 0; from < profiles.length; from += atATime)
        yield await Promise.resolve(profiles.slice(from, from + atATime))
    },
  }
}

test.each([1, 2, 3, 7])('%d shards at a time give the same, to the last bit', async (atATime) => {
  const whole = await mergedProfiles(sinkOf(shards, 7), rows)
  expect(await mergedProfiles(sinkOf(shards, atATime), rows, 1)).toEqual(whole)
  expect(whole?.all.rows).toBe(rows)
  expect(whole?.all.sample.hashes).toHaveLength(rows)
})

test('they are the rows’ own profile: counts and sample', async () => {
  const merged = (await mergedProfiles(sinkOf(shards, 2), rows))!.all
  const own = shardCodec.decode(profiled(0, 0, rows))
  const countsOf = ({ columns }: typeof merged) => ({ ...columns.get('feature/x'), moments: null })
  expect(countsOf(merged)).toEqual(countsOf(own))
  expect(merged.sample).toEqual(own.sample)
})

test('a segment has the shards that it occurs in; segments are in order of their names', async () => {
  const merged = await mergedProfiles(sinkOf(shards, 2), rows)
  expect([...merged!.segments].map(([name, { rows: own }]) => [name, own])).toEqual([
    ['s=all', 700],
    ['s=odd', 300],
  ])
})

test('without a profile, or with that of some of the rows only, there is nothing to tell', async () => {
  expect(await mergedProfiles(sinkOf(shards.slice(1), 2), rows)).toBeNull()
  expect(await mergedProfiles(sinkOf([], 2), rows)).toBeNull()
})
