import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import type { ScoreShardTask, ThreadModel } from '../../../activities/scoring/score-shard-task'
import { createScoringPool } from '../../../activities/scoring/scoring-pool'
import { NightscoreError } from '../../../schemas/errors'
import { duckdb } from '../../stack/scenario'
import { temporaryFolder } from '../../stack/fresh'
import { qualityRules, rowCount, shardOf, writeRows } from './quality-rules-shard'

const pool = createScoringPool({ threads: 2 })
const folder = temporaryFolder()
const file = path.join(folder, 'rows.parquet')
const never = new AbortController().signal
let model: ThreadModel

beforeAll(async () => {
  model = await qualityRules()
  await writeRows(file)
})
afterAll(() => pool.close())

async function task(
  more: Partial<ScoreShardTask> = {},
  where: string | null = null,
): Promise<ScoreShardTask> {
  return { ...(await shardOf(model, file, where)), ...more }
}

async function score(of: ScoreShardTask) {
  const chunks: Uint8Array[] = []
  const answer = await pool.scoreShard(of, async (bytes) => void chunks.push(bytes), never)
  return { ...answer, bytes: Buffer.concat(chunks) }
}

test('every attempt at a shard gives the same bytes, digest and sum, and counts each row once', async () => {
  const shard = await task()
  const [first, second] = await Promise.all([score(shard), score(shard)])
  const { timings: _first, ...result } = first.result
  const { timings: _second, ...again } = second.result
  expect(again).toEqual(result)
  expect(second.bytes.equals(first.bytes)).toBe(true)
  expect(result).toMatchObject({ shardNo: 3, read: rowCount, filtered: 0, file: null })
  expect(result.scored + result.quarantined).toBe(rowCount)
  expect(result.quarantinedBy).toEqual({ MISSING: rowCount / 20, OUT_OF_RANGE: rowCount / 1000 })
  expect(result.digest).toBe(createHash('sha256').update(first.bytes).digest('hex'))
  expect(result.scoreSum).toBeGreaterThan(0)
})

test('without COPY nothing is sent, and the digest is the same', async () => {
  const { bytes, result } = await score(await task({ copy: false }))
  expect(bytes).toHaveLength(0)
  expect(result.digest).toBe((await score(await task())).result.digest)
})

test('rows that where leaves out are filtered', async () => {
  const { result } = await score(await task({ rowStart: 1_000, rowEnd: 2_000 }, 'id % 10 = 0'))
  expect(result).toMatchObject({ read: 1_000, scored: 100, quarantined: 0, filtered: 900 })
})

test('quarantined rows have number, key, column and reason, the first 1,000 the whole row', async () => {
  const { quarantined, result } = await score(await task())
  expect(quarantined).toHaveLength(result.quarantined)
  expect(quarantined[0]).toMatchObject({
    rowNumber: 3,
    key: ['3'],
    column: 'a',
    reason: 'MISSING',
    detail: 'null',
  })
  expect(JSON.parse(quarantined[0]!.raw!)).toEqual({ id: 3, note: 'note 3', a: null, b: 3, c: 'x', d: 3 })
  expect(quarantined[1]).toMatchObject({
    rowNumber: 5,
    column: 'b',
    reason: 'OUT_OF_RANGE',
    detail: '11, above max 10',
  })
  expect(quarantined.filter((row) => row.raw !== null)).toHaveLength(1_000)
  expect(quarantined[1_000]?.raw).toBeNull()
})

test('the Parquet file of a shard has the scored rows', async () => {
  const constants = {
    batch: '2013-07-04',
    revision: 2,
    modelVersion: 1,
    runId: '00000000-0000-4000-8000-000000000001',
  }
  const parquet = { folder, compression: 'zstd', version: 'v2', constants } as const
  const { result } = await score(await task({ parquet }))
  const written = path.join(folder, result.file!.name)
  const [row] = await duckdb(`SELECT count(*), sum(score) FROM '${written}'`)
  expect(row?.[0]).toBe(String(result.scored))
  expect(Number(row?.[1])).toBeCloseTo(result.scoreSum!, 3)
})

test('bytes are written one after the other, while the thread waits', async () => {
  let [writing, written, most] = [0, 0, 0]
  const { result } = await pool.scoreShard(
    await task(),
    async (bytes) => {
      most = Math.max(most, (writing += 1))
      expect(bytes.byteLength).toBeLessThanOrEqual(1 << 20)
      await new Promise((resolve) => setTimeout(resolve, 20))
      written += 1
      writing -= 1
    },
    never,
  )
  expect(most).toBe(1)
  expect(written).toBeGreaterThanOrEqual(7)
  expect(result.timings.writeMs).toBeGreaterThan(20 * (written - 5)) // four are on their way
})

test('an error of write stops the shard and comes out of it; the pool goes on', async () => {
  const attempt = pool.scoreShard(await task(), () => Promise.reject(new Error('disk full')), never)
  await expect(attempt).rejects.toThrow('disk full')
  expect((await score(await task({ rowEnd: 100 }))).result.scored).toBe(94)
})

test('a signal stops the shard, which throws its reason; the pool goes on', async () => {
  const controller = new AbortController()
  let writes = 0
  const attempt = pool.scoreShard(
    await task(),
    async () => {
      writes += 1
      if (writes === 2) controller.abort(new Error('worker stops'))
    },
    controller.signal,
  )
  await expect(attempt).rejects.toThrow('worker stops')
  expect(writes).toBeLessThan(7)
  const waiting = pool.scoreShard(await task(), async () => undefined, AbortSignal.abort(new Error('before')))
  await expect(waiting).rejects.toThrow('before')
  expect((await score(await task({ rowEnd: 100 }))).result.scored).toBe(94)
})

test('errors cross the thread’s boundary with code, found and expected', async () => {
  const shard = await task()
  const changed = { ...shard, file: { ...shard.file, sizeBytes: 1 } }
  const error = await score(changed).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(NightscoreError)
  expect(error).toMatchObject({
    code: 'SOURCE_CHANGED',
    facts: { found: expect.stringContaining(file), expected: expect.stringContaining('1 bytes') },
  })
})

test('a model that does not open fails the shard, not the pool', async () => {
  const broken = { ...model, sha256: 'broken', bytes: new SharedArrayBuffer(8) }
  await expect(score(await task({ model: broken }))).rejects.toMatchObject({ code: 'MODEL_NOT_ONNX' })
  expect((await score(await task({ rowEnd: 100 }))).result.scored).toBe(94)
})

test('the main thread stays free while others score', async () => {
  const shard = await task()
  const before = performance.eventLoopUtilization()
  await Promise.all([1, 2, 3, 4].map(() => score(shard)))
  expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5)
})

test('nothing of a shard that failed stays in the Parquet folder', async () => {
  const target = path.join(folder, 'failed')
  fs.mkdirSync(target)
  const constants = {
    batch: 'b',
    revision: 1,
    modelVersion: 1,
    runId: '00000000-0000-4000-8000-000000000001',
  }
  const parquet = { folder: target, compression: 'zstd', version: 'v2', constants } as const
  const attempt = pool.scoreShard(await task({ parquet }), () => Promise.reject(new Error('no')), never)
  await expect(attempt).rejects.toThrow('no')
  expect(fs.readdirSync(target)).toEqual([])
})
