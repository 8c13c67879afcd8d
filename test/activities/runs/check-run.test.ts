import { accountFor, checkQuality } from '../../../activities/runs/check-run'
import type { ShardResult } from '../../../schemas/run'

const shard = (
  shardNo: number,
  read: number,
  scored: number,
  quarantined: number,
  filtered: number,
): ShardResult => ({
  shardNo,
  read,
  scored,
  quarantined,
  filtered,
  digest: '',
  scoreSum: 0,
  outOfRange: {},
  quarantinedBy: {},
  timings: {
    readMs: 0,
    encodeMs: 0,
    inferMs: 0,
    writeMs: 0,
    totalMs: 0,
    inferRuns: {},
    profileMs: 0,
    shadowMs: 0,
  },
  file: null,
  pairs: null,
})

describe('accountFor', () => {
  it('adds up shards', () => {
    const total = accountFor([shard(0, 10, 7, 1, 2), shard(1, 5, 5, 0, 0)], [10, 5])
    expect(total).toEqual({ read: 15, scored: 12, quarantined: 1, filtered: 2 })
  })

  it('misses a shard by its number', () => {
    expect(() => accountFor([shard(0, 10, 10, 0, 0)], [10, 5])).toThrow(
      /1 shards not committed \(1\); expected all 2/,
    )
  })

  it('refuses a shard whose rows do not add up', () => {
    expect(() => accountFor([shard(0, 10, 7, 1, 1)], [10])).toThrow(
      /shard 0: 10 read, 7 scored, 1 quarantined, 1 filtered/,
    )
  })

  it('refuses a shard that read other rows than the manifest says', () => {
    expect(() => accountFor([shard(0, 9, 9, 0, 0)], [10])).toThrow(/RUN_ACCOUNTING/)
  })
})

describe('checkQuality', () => {
  const quality = { maxQuarantinedShare: 0.01, minRows: 1 }

  it('lets a share at the limit pass', () => {
    expect(() =>
      checkQuality({ read: 1_000, scored: 99, quarantined: 1, filtered: 900 }, quality, 'b'),
    ).not.toThrow()
  })

  it('counts the share over the rows after where', () => {
    expect(() =>
      checkQuality({ read: 1_000, scored: 98, quarantined: 2, filtered: 900 }, quality, 'b'),
    ).toThrow(/2 of 100 rows \(2.00 %\); expected at most 1 %/)
  })

  it('refuses a batch that where leaves empty', () => {
    expect(() => checkQuality({ read: 10, scored: 0, quarantined: 0, filtered: 10 }, quality, 'b')).toThrow(
      /SOURCE_ROWS_TOO_FEW/,
    )
  })

  it('lets an empty batch pass where the job allows it', () => {
    expect(() =>
      checkQuality({ read: 0, scored: 0, quarantined: 0, filtered: 0 }, { ...quality, minRows: 0 }, 'b'),
    ).not.toThrow()
  })
})
