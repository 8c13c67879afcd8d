import { InferenceSession } from 'onnxruntime-node'
import path from 'node:path'
import { readModelPackage } from '../../../activities/scoring/registry/model-package'
import { sessionFor } from '../../../activities/scoring/session-cache'
import type { ThreadModel } from '../../../activities/scoring/score-shard-task'

async function modelCalled(sha256: string): Promise<ThreadModel> {
  const { manifest, files } = await readModelPackage(
    path.resolve(__dirname, '../../golden/models/raw-two-outputs'),
  )
  const plain = files.get('model.onnx')!.bytes
  const bytes = new SharedArrayBuffer(plain.byteLength)
  new Uint8Array(bytes).set(plain)
  return { sha256, bytes, manifest, signature: { inputs: [], outputs: [] } }
}

test('a model is opened once; of more than eight the least recently used is opened again', async () => {
  const create = jest.spyOn(InferenceSession, 'create')
  const opened = async (...names: readonly string[]): Promise<number> => {
    const before = create.mock.calls.length
    for (const name of names) await sessionFor(await modelCalled(name))
    return create.mock.calls.length - before
  }
  expect(await opened('a', 'a', 'a')).toBe(1)
  expect(await opened('b', 'c', 'd', 'e', 'f', 'g', 'h')).toBe(7)
  // four jobs with a shadow each, in turn
  expect(await opened('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'a', 'b')).toBe(0)
  expect(await opened('c', 'd', 'e', 'f', 'g', 'h', 'i')).toBe(1) // a goes
  expect(await opened('b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')).toBe(0)
  expect(await opened('a')).toBe(1)
})

test('a model that does not open is tried again', async () => {
  const good = await modelCalled('good at second sight')
  const broken = { ...good, bytes: new SharedArrayBuffer(4) }
  await expect(sessionFor(broken)).rejects.toMatchObject({ code: 'MODEL_NOT_ONNX' })
  expect(await sessionFor(good)).toMatchObject({ outputNames: ['norm', 'unit'] })
})
