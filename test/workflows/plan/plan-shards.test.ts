import fc from 'fast-check'
import { planShards } from '../../../workflows/plan/plan-shards'

describe('planShards', () => {
  it.each([
    ['no file', [], 10, []],
    ['a file without rows', [[]], 10, []],
    ['one row', [[1]], 10, [[0, 0, 1]]],
    ['a row group of exactly the shard’s rows', [[10]], 10, [[0, 0, 10]]],
    [
      'one row too many',
      [[11]],
      10,
      [
        [0, 0, 10],
        [0, 10, 11],
      ],
    ],
    [
      'edges in the second half of a shard',
      [[100, 100, 50]],
      120,
      [
        [0, 0, 100],
        [0, 100, 200],
        [0, 200, 250],
      ],
    ],
    [
      'several small row groups in a shard',
      [[30, 30, 30, 30]],
      100,
      [
        [0, 0, 90],
        [0, 90, 120],
      ],
    ],
    [
      'an edge in the first half, not taken',
      [[40, 200]],
      100,
      [
        [0, 0, 100],
        [0, 100, 200],
        [0, 200, 240],
      ],
    ],
    [
      'files apart',
      [[3], [4]],
      10,
      [
        [0, 0, 3],
        [1, 0, 4],
      ],
    ],
    [
      'a row group larger than a shard',
      [[25]],
      10,
      [
        [0, 0, 10],
        [0, 10, 20],
        [0, 20, 25],
      ],
    ],
  ])('cuts %s', (_, files, rows, expected) => {
    expect(planShards(files, rows).map((slice) => [slice.file, slice.rowStart, slice.rowEnd])).toEqual(
      expected,
    )
  })

  it('covers every row of every file once, in order, in shards that are not too large', () => {
    const files = fc.array(fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 8 }), { maxLength: 5 })
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 300 }), (rowGroups, shardRows) => {
        const slices = planShards(rowGroups, shardRows)
        rowGroups.forEach((groups, file) => {
          let next = 0
          for (const slice of slices.filter((s) => s.file === file)) {
            expect(slice.rowStart).toBe(next)
            expect(slice.rowEnd - slice.rowStart).toBeGreaterThan(0)
            expect(slice.rowEnd - slice.rowStart).toBeLessThanOrEqual(shardRows)
            next = slice.rowEnd
          }
          expect(next).toBe(groups.reduce((sum, rows) => sum + rows, 0))
        })
      }),
    )
  })
})
