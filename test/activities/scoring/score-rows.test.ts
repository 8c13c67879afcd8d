import path from 'node:path'
import { jobFileSchema, type JobSnapshot } from '../../../schemas/job-file'
import { readModelPackage } from '../../../activities/scoring/registry/model-package'
import { openPackage } from '../../../activities/scoring/registry/open-package'
import type { ThreadModel } from '../../../activities/scoring/score-shard-task'
import { scoreRows, type RowAnswer } from '../../../activities/scoring/score-rows'

const job = (features: Readonly<Record<string, string>>): JobSnapshot => ({
  ...jobFileSchema.parse({
    name: 'rules',
    model: 'quality-rules@1',
    source: { parquet: 'rows.parquet', where: 'false' },
    features,
    key: ['id'],
    sink: { parquet: 'out' },
  }),
  folder: __dirname,
  revision: 1,
})

async function model(name: string): Promise<ThreadModel> {
  const { manifest, files } = await readModelPackage(path.resolve(__dirname, '../../golden/models', name))
  const { bytes: plain, sha256 } = files.get('model.onnx')!
  const { session, signature } = await openPackage(plain, manifest)
  await session.release()
  const bytes = new SharedArrayBuffer(plain.byteLength)
  new Uint8Array(bytes).set(plain)
  return { sha256, bytes, manifest, signature }
}

async function answers(
  rows: readonly Record<string, unknown>[],
  features: Readonly<Record<string, string>> = {},
): Promise<RowAnswer[]> {
  return scoreRows({ model: await model('quality-rules'), job: job(features), batch: '2013-07-04', rows })
}

test('rows in, numbers out: each row’s predictions, or why there are none, in order', async () => {
  const good = { a: 1, b: 2, c: 'x', d: 3 }
  const found = await answers([
    good,
    { ...good, a: null },
    { ...good, b: 11 },
    { ...good, c: 'w' },
    { ...good, d: null },
  ])
  expect(found[0]).toEqual({ predictions: { score: expect.any(Number), label: expect.any(Boolean) } })
  expect(found.slice(1, 4)).toEqual([
    { quarantined: 'MISSING', column: 'a', detail: 'null' },
    { quarantined: 'OUT_OF_RANGE', column: 'b', detail: '11, above max 10' },
    { quarantined: 'UNKNOWN_CATEGORY', column: 'c', detail: 'not among "x", "y", "z"' },
  ])
  expect(found[4]).toHaveProperty('predictions')
})

test('the job’s feature SQL is applied, with $batch', async () => {
  const row = { b: 2, c: 'x', d: 3 }
  const features = { a: 'raw_a * 2 + extract(month from $batch::date)' }
  const [computed] = await answers([{ ...row, raw_a: 0.5 }], features)
  const [given] = await answers([{ ...row, a: 8 }])
  expect(computed).toEqual(given)
})

test('text that is no number is quarantined', async () => {
  const [answer] = await answers([{ a: 'one', b: 2, c: 'x', d: 3 }])
  expect(answer).toEqual({
    quarantined: 'NOT_CONVERTIBLE',
    column: 'a',
    detail: 'a VARCHAR that is no float32',
  })
})

test('a column that no row has is named', async () => {
  await expect(answers([{ a: 1, b: 2, c: 'x' }])).rejects.toMatchObject({ code: 'COLUMN_MISSING' })
})
