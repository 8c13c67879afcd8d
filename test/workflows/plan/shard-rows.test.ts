import { shardRows } from '../../../workflows/plan/shard-rows'

test.each([
  ['16 floats and a key', 200_000, 16 * 4 + 8, 200_000],
  ['as many bytes as a shard may have', 200_000, 800, 200_000],
  ['300 floats: a little more than a usual row group', 200_000, 1_200, 133_333],
  ['an embedding of 1,536 floats', 200_000, 6_144, 26_041],
  ['a megabyte a row', 200_000, 1_000_000, 1_000],
  ['fewer rows than that, as asked', 100, 1_000_000, 100],
  ['a width that is not known', 200_000, 0, 200_000],
])('%s', (_, asked, rowBytes, expected) => {
  expect(shardRows(asked, rowBytes)).toBe(expected)
})
