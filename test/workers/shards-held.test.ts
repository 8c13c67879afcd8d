import { shardsHeld } from '../../workers/shards-held'

test.each([
  ['before the first shard', 2, null, 16, 4],
  ['shards of seconds: one commits, one waits', 2, 3_000, 16, 4],
  ['a usual shard', 2, 700, 16, 4],
  ['shards of a tenth of a second', 2, 100, 16, 7],
  ['tiny shards: fetching takes longer than scoring', 2, 4, 16, 16],
  ['many threads', 32, 3_000, 64, 35],
  ['fewer allowed than there are threads', 8, 3_000, 2, 2],
])('%s', (_, threads, shardMs, most, expected) => {
  expect(shardsHeld(threads, shardMs, most)).toBe(expected)
})
