import { shardNumbers, shardRanges } from '../../../workflows/plan/shard-range'

describe('shardRanges', () => {
  it.each([
    [0, 150, []],
    [1, 150, [{ from: 0, to: 1 }]],
    [150, 150, [{ from: 0, to: 150 }]],
    [
      301,
      150,
      [
        { from: 0, to: 150 },
        { from: 150, to: 300 },
        { from: 300, to: 301 },
      ],
    ],
  ])('cuts %i shards by %i', (count, size, expected) => {
    expect(shardRanges(count, size)).toEqual(expected)
  })
})

test('shardNumbers lists a range without its end', () => {
  expect(shardNumbers({ from: 3, to: 6 })).toEqual([3, 4, 5])
})
