import path from 'node:path'
import { fileSha256 } from '../../../../activities/data/source-file'
import {
  createEvaluationPool,
  type EvaluationPool,
} from '../../../../activities/evaluation/labels/evaluation-pool'
import type { EvaluationTask } from '../../../../activities/evaluation/labels/evaluation-task'
import { temporaryFolder } from '../../../stack/fresh'
import { duckdb } from '../../../stack/scenario'

const folder = temporaryFolder()
const signal = new AbortController().signal
let pool: EvaluationPool
let task: EvaluationTask

beforeAll(async () => {
  const rows = 300_000
  const [scored, labels] = ['scored.parquet', 'labels.parquet'].map((name) => path.join(folder, name))
  await duckdb(
    `COPY (SELECT range AS id, (hash(range) % 1000) / 1000 AS score, hash(range) % 1000 >= 500 AS label FROM range(${rows})) TO '${scored}'`,
  )
  await duckdb(
    `COPY (SELECT range AS "key.0", hash(range + 1) % 1000 < hash(range) % 1000 AS label FROM range(${rows})) TO '${labels}'`,
  )
  task = {
    task: 'binary',
    classes: [],
    predictions: { files: [scored!], roots: [folder], keys: [{ name: 'id', type: 'bigint' }] },
    segments: [],
    arrivals: [{ path: labels!, sha256: await fileSha256(labels!), loadId: 1, ofThisBatch: true }],
    labelsFolder: folder,
    labelKey: 'label/y',
    reference: null,
    isMature: false,
    thresholds: [],
    ownLabels: null,
    seed: 1,
  }
  pool = createEvaluationPool()
})
afterAll(() => pool.close())

test('the thread that heartbeats stays free', async () => {
  let [beats, longest, before] = [0, 0, performance.now()]
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - before)
    before = now
    beats += 1
  }, 10)
  const start = performance.now()
  const { counts } = await pool.evaluate(task, signal)
  const took = performance.now() - start
  clearInterval(timer)
  expect(counts.labelled).toBe(300_000)
  expect(beats).toBeGreaterThan(5)
  expect(longest).toBeLessThan(took / 2)
})

test('an error comes out as it was thrown', async () => {
  const [arrival] = task.arrivals
  await expect(
    pool.evaluate({ ...task, arrivals: [{ ...arrival!, sha256: 'other' }] }, signal),
  ).rejects.toMatchObject({ code: 'STORE_CORRUPT', facts: { expected: 'other' } })
})

test('a cancelled evaluation ends, and the next one goes on', async () => {
  const cancel = new AbortController()
  const running = pool.evaluate(task, cancel.signal)
  setTimeout(() => cancel.abort(new Error('cancelled by the test')), 30)
  await expect(running).rejects.toThrow('cancelled by the test')
  expect((await pool.evaluate(task, signal)).counts.scored).toBe(300_000)
})
