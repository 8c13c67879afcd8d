import { scalingConstants } from '../../bench/scaling-constants'
import { inFlightFor, scalingModel } from '../../bench/scaling-model'

const load = { rows: 1e9, shardRows: 1_000_000, workerCores: 16, postgresCores: 8, trees: true }

test('scoring takes the rows’ CPU time, spread over the workers’ cores', () => {
  const { workerMicros, treesMicros } = scalingConstants
  const one = scalingModel({ ...load, workerCores: 1 })
  expect(one.scoreHours).toBeCloseTo((1_000 * (workerMicros.value + treesMicros.value)) / 3_600, 6)
  expect(scalingModel(load).scoreHours).toBeCloseTo(one.scoreHours / 16, 6)
})

test('the largest part that goes on beside the others bounds a run; the key comes after', () => {
  const few = scalingModel({ ...load, workerCores: 2 })
  expect(few.bound).toBe('scoring')
  expect(few.hours).toBe(few.scoreHours + few.keyHours)
  expect(scalingModel({ ...load, workerCores: 1_000 }).bound).toBe('COPY')
  const tiny = scalingModel({ ...load, workerCores: 1_000, postgresCores: 100, shardRows: 1_000 })
  expect(tiny.bound).toBe('orchestration')
})

test.each([
  [30_000_000, 150, 0, 900],
  [30_200_000, 151, 2, 900],
  [2_000_000_000, 10_000, 67, 900],
  [10_000_000_000, 50_000, 334, 3_066],
])('%d rows in shards of 200,000: %d shards, %d children, %d events', (rows, shards, children, events) => {
  expect(scalingModel({ ...load, rows, shardRows: 200_000 })).toMatchObject({ shards, children, events })
})

test('a key beyond memory takes more than in proportion', () => {
  const [small, large] = [5e6, 5e9].map((rows) => scalingModel({ ...load, rows }).keyHours / rows)
  expect(large! / small!).toBeCloseTo(Math.log2(5e9) / Math.log2(5e6), 6)
})

test('shards in flight are as many as the workers hold, twice', () => {
  expect(inFlightFor(4, 8)).toBe(80)
})
