import { Float32, Int64, Utf8 } from 'apache-arrow'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import type { ScanPlan } from '../../../activities/data/scan-plan'
import { BatchScorer } from '../../../activities/scoring/batch-scorer'
import { valueAt } from '../../../activities/scoring/value-at'
import { column, manifestOf, plannedOf, scannedBatch, signatureOf } from '../features/scanned-batch'

/** A model whose prediction is its one feature; sent 7 it answers NaN. */
const run = async (feeds: Record<string, Tensor>) => {
  const values = Float32Array.from(feeds['input']!.data as Float32Array, (value) =>
    value === 7 ? NaN : value,
  )
  return { out: new Tensor('float32', values, [values.length, 1]) }
}
const session = { run } as unknown as InferenceSession
const manifest = manifestOf([{ name: 'x', type: 'number', max: 100 }])
const scan: ScanPlan = {
  keys: [{ name: 'id', sql: '"id"', type: 'bigint' }],
  carry: [{ name: 'note', sql: '"note"', type: 'text' }],
  features: plannedOf(manifest, 'float32'),
  where: null,
  batch: 'b',
  columns: [],
}
const scorer = () =>
  new BatchScorer(session, { manifest, signature: { ...signatureOf('float32', 1), rowsPerRun: 2 } }, scan)
const batch = (xs: readonly unknown[], ids: readonly unknown[], notes: readonly unknown[]) =>
  scannedBatch({
    'key.0': column(new Int64(), ids),
    'carry.0': column(new Utf8(), notes),
    'feature.0': column(new Float32(), xs),
  })

test('each row is scored or at fault: by its key, its text, its features, then its score', async () => {
  const xs = [1, 2, 7, null, 5, 7, 8, 9]
  const ids = [0n, null, 2n, 3n, 4n, 5n, 6n, 7n]
  const notes = ['', '', '', '', 'a\0', '', '', null]
  const { rows, predictions, scores, faults } = await scorer().score(batch(xs, ids, notes))
  expect(Array.from(rows)).toEqual([0, 6, 7])
  expect(Array.from(rows, (_, i) => valueAt(predictions[0]!, i))).toEqual([1, 8, 9])
  expect(Array.from(scores as ArrayLike<number>)).toEqual([1, 8, 9])
  expect(faults.map(({ index, column: name, reason }) => [index, name, reason])).toEqual([
    [1, 'id', 'KEY_NULL'],
    [2, 'prediction', 'SCORE_NOT_FINITE'],
    [3, 'x', 'MISSING'],
    [4, 'note', 'TEXT_HAS_NUL'],
    [5, 'prediction', 'SCORE_NOT_FINITE'],
  ])
})

test('a batch without a good row, and one without rows, have no predictions', async () => {
  const none = await scorer().score(batch([null], [0n], ['']))
  expect([none.rows.length, none.predictions[0]?.length, none.faults.length]).toEqual([0, 0, 1])
  const empty = await scorer().score(batch([], [], []))
  expect([empty.rows.length, empty.predictions[0]?.length, empty.faults.length]).toEqual([0, 0, 0])
})

test('out of range values and time spent are counted over all batches', async () => {
  const all = scorer()
  await all.score(batch([1, 101], [0n, 1n], ['', '']))
  await all.score(batch([102], [2n], ['']))
  expect(all.outOfRange).toEqual({ x: 2 })
  expect(all.timings.encodeMs).toBeGreaterThan(0)
  expect(all.timings.inferMs).toBeGreaterThan(0)
})
