import { speedOf } from '../../../../activities/evaluation/reports/speed-of'

const at = (seconds: number): Date => new Date(1_000 * seconds)
const times = {
  openedAt: at(0),
  plannedAt: at(1),
  scoredAt: at(11),
  checkedAt: at(12),
  publishedAt: at(12.5),
}
const inference = { p50: 1, p99: 2 }

test('rows a second of the scoring, phases from one time to the next, thread times of all shards', () => {
  const shard = { readMs: 1, encodeMs: 2, profileMs: 3, inferMs: 4, writeMs: 5, shadowMs: 6 }
  expect(speedOf(times, 5_000, [shard, shard], inference)).toEqual({
    rowsPerSecond: 500,
    inferenceMsP50: 1,
    inferenceMsP99: 2,
    phases: { plan: 1, score: 10, check: 1, publish: 0.5 },
    threads: { readMs: 2, encodeMs: 4, profileMs: 6, inferMs: 8, writeMs: 10, shadowMs: 12 },
    shards: 2,
  })
})

test('of a run that was not published, and of shards of an older version', () => {
  const { phases, threads, rowsPerSecond } = speedOf(
    { ...times, scoredAt: null, checkedAt: null, publishedAt: null },
    5,
    [{ readMs: 1 }],
    inference,
  )
  expect(phases).toEqual({ plan: 1, score: null, check: null, publish: null })
  expect(threads).toMatchObject({ readMs: 1, profileMs: 0 })
  expect(rowsPerSecond).toBe(0)
})
