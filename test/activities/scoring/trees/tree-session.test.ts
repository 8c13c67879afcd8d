import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Tensor } from 'onnxruntime-node'
import { openInRuntime, type ModelSession } from '../../../../activities/scoring/open-session'
import { readEnsemble } from '../../../../activities/scoring/trees/tree-ensemble'
import { TreeSession } from '../../../../activities/scoring/trees/tree-session'
import { randomNumbers, treeModel, type TreeModelOptions } from '../../../stack/tree-model'

const root = path.resolve(__dirname, '..', '..', '..', '..')
const onnx = (...folder: readonly string[]): Uint8Array =>
  readFileSync(path.join(root, ...folder, 'model.onnx'))

/** Values on, beside and far from what the trees compare with, missing and infinite ones. */
function rowsOf(width: number, rows: number, thresholds: readonly number[]): Float32Array {
  const next = randomNumbers(5)
  const kinds = [
    () => NaN,
    () => (next() < 0.5 ? Infinity : -Infinity),
    () => 6 * next() - 3,
    () => (next() - 0.1) * 10 ** (6 * next() - 2),
    ...Array.from({ length: 4 }, () => () => thresholds[Math.floor(next() * thresholds.length)] ?? 0),
    () => (thresholds[Math.floor(next() * thresholds.length)] ?? 0) * (1 + (next() < 0.5 ? 1 : -1) / 2 ** 23),
  ]
  return Float32Array.from({ length: rows * width }, () => kinds[Math.floor(next() * kinds.length)]!())
}

async function compare(
  bytes: Uint8Array,
  width: number,
  names: readonly string[],
  rows = 3_001,
): Promise<number> {
  const ensemble = readEnsemble(bytes)!
  const thresholds: number[] = []
  JSON.stringify(ensemble.trees, (name, value: unknown) => {
    if (name === 'threshold') thresholds.push(value as number)
    return value
  })
  const runtime = await openInRuntime(bytes)
  const trees: ModelSession = new TreeSession(bytes, ensemble, openInRuntime)
  const values = rowsOf(width, rows, thresholds)
  const feeds = { [runtime.inputNames[0]!]: new Tensor('float32', values, [rows, width]) }
  const [expected, found] = [await runtime.run(feeds, [...names]), await trees.run(feeds, names)]
  expect(Object.keys(found).sort()).toEqual([...names].sort())
  for (const name of names) {
    expect(found[name]!.type).toBe(expected[name]!.type)
    expect(found[name]!.dims).toEqual(expected[name]!.dims)
    const bits = (tensor: Tensor) =>
      tensor.type === 'string' ? tensor.data : Buffer.from((tensor.data as Float32Array).buffer)
    expect(bits(found[name] as Tensor)).toEqual(bits(expected[name] as Tensor))
  }
  await Promise.all([runtime.release(), trees.release()])
  return new Set(expected[names[0]!]!.data as Float32Array).size
}

const random: Record<string, TreeModelOptions & { readonly names?: readonly string[] }> = {
  '100 trees of 31 leaves': { trees: 100, leaves: 31, features: 16 },
  'a tree that fills its word': { trees: 7, leaves: 32, features: 3 },
  'trees of several words': { trees: 9, leaves: 150, features: 5 },
  'trees of one word and a leaf': { trees: 9, leaves: 33, features: 5 },
  'one leaf': { trees: 3, leaves: 1, features: 2, targets: 1 },
  'x < t': { trees: 20, leaves: 20, features: 4, modes: ['BRANCH_LT'] },
  'x >= t': { trees: 20, leaves: 20, features: 4, modes: ['BRANCH_GTE'] },
  'x > t': { trees: 20, leaves: 20, features: 4, modes: ['BRANCH_GT'] },
  'nodes of all kinds': {
    trees: 20,
    leaves: 40,
    features: 4,
    modes: ['BRANCH_GT', 'BRANCH_LEQ', 'BRANCH_LT', 'BRANCH_GTE'],
  },
  'thresholds at the ends': {
    trees: 20,
    leaves: 20,
    features: 4,
    modes: ['BRANCH_LEQ', 'BRANCH_GT'],
    thresholds: [Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3.4e38],
  },
  'thresholds at the ends, x < t': {
    trees: 20,
    leaves: 20,
    features: 4,
    modes: ['BRANCH_LT', 'BRANCH_GTE'],
    thresholds: [Infinity, 0, -0, 1e-45, -1e-45, -3.4028234663852886e38],
  },
  'a regression': { trees: 30, leaves: 31, features: 6, targets: 1, base: [0.37] },
  'a regression of three targets': { trees: 30, leaves: 31, features: 6, targets: 3, base: [1, -2, 0.1] },
  'a class with a base': { trees: 30, leaves: 31, features: 6, base: [-0.4] },
  'labels of text': {
    trees: 30,
    leaves: 31,
    features: 6,
    labels: ['no', 'yes'],
    names: ['label', 'probabilities'],
  },
  'labels of numbers': { trees: 30, leaves: 31, features: 6, names: ['probabilities', 'label'] },
  'a graph before the trees': { trees: 30, leaves: 31, features: 6, before: 'Neg' },
  '300 features': { trees: 50, leaves: 31, features: 300 },
}

test.each(Object.entries(random))(
  '%s: the answers are those of ONNX Runtime to the last bit',
  async (_, form) => {
    const { names = [form.targets === undefined ? 'probabilities' : 'y'], ...options } = form
    const distinct = await compare(treeModel(options), options.features, names)
    expect(distinct).toBeGreaterThan(options.leaves > 1 && !form.labels ? 20 : 0)
  },
)

test.each([1, 31, 32, 33, 4_000])('%i rows', async (rows) => {
  await compare(treeModel({ trees: 10, leaves: 31, features: 9 }), 9, ['probabilities'], rows)
})

test.each([
  [['examples', 'flights', 'models', 'v2'], 16, ['probabilities']],
  [['test', 'golden', 'models', 'binary-trees'], 6, ['probabilities', 'label']],
  [['test', 'golden', 'models', 'regression-float32'], 10, ['variable']],
  [['test', 'golden', 'flights-v1-opset-17'], 10, ['probabilities']],
] as const)(
  '%j of LightGBM and scikit-learn, and what their graphs do beside the trees',
  async (folder, width, names) => {
    expect(await compare(onnx(...folder), width, names)).toBeGreaterThan(10)
  },
)
