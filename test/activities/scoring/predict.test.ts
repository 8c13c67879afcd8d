import path from 'node:path'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { inputLayout } from '../../../activities/features/input-layout'
import { predict, predictionPlan, type PredictOptions } from '../../../activities/scoring/predict'
import { readModelPackage } from '../../../activities/scoring/registry/model-package'
import { openPackage } from '../../../activities/scoring/registry/open-package'
import type { ModelManifest, ModelSignature } from '../../../schemas/model-manifest'
import { manifestOf, signatureOf } from '../features/scanned-batch'

const options = (
  manifest: ModelManifest,
  signature: ModelSignature,
  more: Partial<PredictOptions> = {},
): PredictOptions => ({
  layout: inputLayout(manifest, signature),
  plan: predictionPlan(manifest, signature),
  rowsPerRun: 8_192,
  throwIfStopped: () => undefined,
  ...more,
})

const manifest = manifestOf([{ name: 'x', type: 'number' }])
const signature = signatureOf('float32', 1)

/** A model whose output is made by `answer` from the rows of each run. */
function stub(answer: (rows: number, run: number) => Tensor): {
  session: InferenceSession
  runs: number[][]
} {
  const runs: number[][] = []
  const run = async (feeds: Record<string, Tensor>) => {
    const input = feeds['input']!
    runs.push(Array.from(input.data as Float32Array))
    return { out: answer(input.dims[0]!, runs.length) }
  }
  return { session: { run } as unknown as InferenceSession, runs }
}

const echo = (width: number) => (rows: number, run: number) =>
  new Tensor('float32', new Float32Array(rows * width).fill(run), [rows, width])

test('rows are run in parts of fixed size, and joined in order', async () => {
  const { session, runs } = stub(echo(1))
  const feeds = [new Float32Array([1, 2, 3, 4, 5, 99, 99])]
  const [output] = await predict(session, feeds, 5, options(manifest, signature, { rowsPerRun: 2 }))
  expect(runs).toEqual([[1, 2], [3, 4], [5]])
  expect(output).toEqual({ values: new Float32Array([1, 1, 2, 2, 3]), width: 1 })
})

test('no rows: no run, and an output of the declared type', async () => {
  const { session, runs } = stub(echo(1))
  const [output] = await predict(session, [new Float32Array(4)], 0, options(manifest, signature))
  expect(runs).toEqual([])
  expect(output).toEqual({ values: new Float32Array(0), width: 1 })
})

test('before each run it may be stopped', async () => {
  const { session, runs } = stub(echo(1))
  const throwIfStopped = (): void => {
    if (runs.length === 2) throw new Error('stopped')
  }
  const attempt = predict(
    session,
    [new Float32Array(8)],
    8,
    options(manifest, signature, { rowsPerRun: 2, throwIfStopped }),
  )
  await expect(attempt).rejects.toThrow('stopped')
  expect(runs).toHaveLength(2)
})

test('an output with another number of rows fails', async () => {
  const { session } = stub(() => new Tensor('float32', new Float32Array(3), [3, 1]))
  const attempt = predict(session, [new Float32Array(4)], 4, options(manifest, signature))
  await expect(attempt).rejects.toThrow(
    /output "out" of shape \[3, 1\] for 4 rows; expected an output whose first dimension is 4/,
  )
})

test('an output whose width changes from run to run fails', async () => {
  const { session } = stub((rows, run) => echo(run)(rows, run))
  const attempt = predict(session, [new Float32Array(4)], 4, options(manifest, signature, { rowsPerRun: 2 }))
  await expect(attempt).rejects.toThrow(/1 and then 2 values a row/)
})

test('what ONNX Runtime says of a failed run is told in one line', async () => {
  const run = () => Promise.reject(new Error('Got invalid dimensions\n  at somewhere'))
  const attempt = predict(
    { run } as unknown as InferenceSession,
    [new Float32Array(1)],
    1,
    options(manifest, signature),
  )
  await expect(attempt).rejects.toMatchObject({
    code: 'MODEL_RUN_FAILED',
    facts: { found: 'Got invalid dimensions', expected: 'an answer for 1 rows' },
  })
})

test('a model of strings and floats gives the same however its rows are cut', async () => {
  const folder = path.resolve(__dirname, '../../golden/models/binary-mixed-columns')
  const { manifest: mixed, files } = await readModelPackage(folder)
  const opened = await openPackage(files.get('model.onnx')!.bytes, mixed)
  const layout = inputLayout(mixed, opened.signature)
  const feeds = layout.slots.map(({ feature, type }) =>
    type === 'string'
      ? Array.from({ length: 20 }, (_, i) => (feature.type === 'category' ? feature.categories[i % 3]! : 'x'))
      : Float32Array.from({ length: 20 }, (_, i) => i * 30),
  )
  const of = (rowsPerRun: number) =>
    predict(opened.session, feeds, 20, options(mixed, opened.signature, { rowsPerRun }))
  const [whole, cut] = [(await of(8_192))[0]!, (await of(7))[0]!]
  expect(cut.values).toHaveLength(40)
  Array.from(cut.values as Float32Array).forEach((value, i) =>
    expect(value).toBeCloseTo(Number(whole.values[i]), 6),
  )
  await opened.session.release()
})
