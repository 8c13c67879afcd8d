import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readEnsemble } from '../../../../activities/scoring/trees/tree-ensemble'
import { treeModel } from '../../../stack/tree-model'

const form = { trees: 5, leaves: 8, features: 3 }
const zoo = (name: string): Uint8Array =>
  readFileSync(path.resolve(__dirname, '../../../golden/models', name, 'model.onnx'))

test('trees come in the order in which they are added up, with what rows are compared with', () => {
  const ensemble = readEnsemble(treeModel({ ...form, targets: 2, base: [1, 2] }))!
  expect(ensemble).toMatchObject({
    input: 'x',
    targets: 2,
    base: [1, 2],
    output: { kind: 'sums', name: 'y' },
  })
  expect(ensemble.trees.map(({ target }) => target)).toEqual([0, 1, 0, 1, 0])
  expect(ensemble.trees[0]!.root).toMatchObject({ threshold: expect.any(Number) as number })
})

test('x < t is x <= the float32 below t', () => {
  const [below, at] = ['BRANCH_LT', 'BRANCH_LEQ'].map(
    (mode) => readEnsemble(treeModel({ ...form, thresholds: [1], modes: [mode] }))!.trees[0]!.root,
  )
  expect(below).toMatchObject({ threshold: 1 - 2 ** -24 })
  expect(at).toMatchObject({ threshold: 1 })
})

test.each([
  ['nodes that ask for equality', treeModel({ ...form, modes: ['BRANCH_EQ'] })],
  ['a comparison with NaN', treeModel({ ...form, thresholds: [NaN] })],
  ['nothing below -Infinity', treeModel({ ...form, thresholds: [-Infinity], modes: ['BRANCH_LT'] })],
  ['an average', treeModel({ ...form, targets: 1, texts: { aggregate_function: 'AVERAGE' } })],
  [
    'a regression with a transform',
    treeModel({ ...form, targets: 1, texts: { post_transform: 'LOGISTIC' } }),
  ],
  ['a class without LOGISTIC', treeModel({ ...form, texts: { post_transform: 'NONE' } })],
  ['a classifier whose leaves are all positive', treeModel({ ...form, trees: 1, leaves: 1, seed: 3 })],
  ['more nodes than pay', treeModel({ ...form, trees: 600, leaves: 60 })],
  ['no trees', zoo('binary-mixed-columns')],
  ['double precision', zoo('regression-double')],
])('ONNX Runtime scores %s', (_, bytes) => {
  expect(readEnsemble(bytes)).toBeNull()
})
