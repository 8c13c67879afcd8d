import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { tileTrees } from '../../../../activities/scoring/onnx/tile-trees'
import { openSession } from '../../../../activities/scoring/open-session'
import { openPackage } from '../../../../activities/scoring/registry/open-package'
import { readModelPackage } from '../../../../activities/scoring/registry/model-package'

const root = path.resolve(__dirname, '..', '..', '..', '..')
const flights = path.join(root, 'examples', 'flights', 'models', 'v2')
const zoo = (name: string): string => path.join(root, 'test', 'golden', 'models', name)
const onnx = (folder: string): Uint8Array => readFileSync(path.join(folder, 'model.onnx'))

/** Rows around what the flights model decides on, some values missing. */
function scattered(width: number, rows: number): Float32Array {
  let state = 7
  return Float32Array.from({ length: rows * width }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    const share = (state >>> 8) / 2 ** 24
    return share < 0.05 ? NaN : (share - 0.1) * 10 ** (share * 97_013 - Math.floor(share * 97_013) + 1.5)
  })
}

async function run(session: InferenceSession, values: Float32Array, width: number) {
  const input = new Tensor('float32', values, [values.length / width, width])
  return session.run({ [session.inputNames[0]!]: input })
}

test('a binary classifier in tiles gives the same probabilities to a few units of the last digit', async () => {
  const bytes = onnx(flights)
  const values = scattered(16, 3_000)
  const plain = await run(await openSession(bytes), values, 16)
  const tiled = await run(await openSession(bytes, { tiledTrees: true }), values, 16)
  expect(Object.keys(tiled)).toEqual(Object.keys(plain))
  const [expected, found] = [plain, tiled].map((outputs) => outputs['probabilities']!)
  expect(found!.dims).toEqual([3_000, 2])
  const apart = (expected!.data as Float32Array).map((value, i) => Math.abs(value - Number(found!.data[i])))
  expect(Math.max(...apart)).toBeLessThan(1e-6)
  expect(
    new Set((expected!.data as Float32Array).map((value) => Math.round(value * 1e4))).size,
  ).toBeGreaterThan(500)
})

test('a label that the model gives beside them is the same', async () => {
  const bytes = onnx(zoo('binary-trees'))
  const values = scattered(6, 1_000)
  const plain = await run(await openSession(bytes), values, 6)
  const tiled = await run(await openSession(tileTrees(bytes, 60)!), values, 6)
  expect(tiled['label']!.type).toBe('string')
  expect([...tiled['label']!.data]).toEqual([...plain['label']!.data])
  expect(new Set(tiled['label']!.data as string[]).size).toBe(2)
})

test('a regression in tiles of a few trees adds up to the same', async () => {
  const bytes = onnx(zoo('regression-float32'))
  const tiled = tileTrees(bytes, 40)
  expect(tiled).not.toBeNull()
  const values = scattered(10, 500)
  const plain = await run(await openSession(bytes), values, 10)
  const found = await run(await openSession(tiled!), values, 10)
  const sums = plain['variable']!.data as Float32Array
  sums.forEach((value, i) => expect(Math.abs(Number(found['variable']!.data[i]) - value)).toBeLessThan(5e-4))
  expect(new Set(sums).size).toBeGreaterThan(20)
})

test.each([
  'binary-mixed-columns',
  'multiclass-list',
  'text-classifier',
  'regression-double',
  'raw-two-outputs',
])('there is nothing to cut in %s', (name) => {
  expect(tileTrees(onnx(zoo(name)), 2)).toBeNull()
})

test('trees that fit into one tile stay as they are', () => {
  expect(tileTrees(onnx(zoo('regression-float32')), 1_000)).toBeNull()
})

test.each([
  ['tiled', true],
  [undefined, undefined],
] as const)(
  'registered with trees: %s, the signature of the flights model says %s',
  async (trees, expected) => {
    const { manifest, files } = await readModelPackage(flights)
    const { session, signature } = await openPackage(files.get('model.onnx')!.bytes, { ...manifest, trees })
    expect(signature.tiledTrees).toBe(expected)
    await session.release()
  },
)
