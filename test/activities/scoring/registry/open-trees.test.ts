import path from 'node:path'
import { openPackage } from '../../../../activities/scoring/registry/open-package'
import { readModelPackage } from '../../../../activities/scoring/registry/model-package'
import { TreeScorer } from '../../../../activities/scoring/trees/tree-scorer'

const root = path.resolve(__dirname, '..', '..', '..', '..')

async function openedWithKernel(...folder: readonly string[]): Promise<boolean | undefined> {
  const { manifest, files } = await readModelPackage(path.join(root, ...folder))
  const { session, signature } = await openPackage(files.get('model.onnx')!.bytes, manifest)
  await session.release()
  return signature.treeKernel
}

test('the signature of a registered LightGBM model says that the kernel scores it', async () => {
  expect(await openedWithKernel('examples', 'flights', 'models', 'v2')).toBe(true)
})

test('a model without trees is scored by ONNX Runtime', async () => {
  expect(await openedWithKernel('test', 'golden', 'models', 'binary-packed-floats')).toBeUndefined()
})

test('so is a model for which the kernel gives one sum another last bit', async () => {
  const sumsOf = TreeScorer.prototype.sumsOf
  const spy = jest.spyOn(TreeScorer.prototype, 'sumsOf').mockImplementation(function (
    this: TreeScorer,
    values,
  ) {
    const sums = sumsOf.call(this, values)
    sums[1_234] = sums[1_234]! * (1 + 2 ** -22)
    return sums
  })
  expect(await openedWithKernel('examples', 'flights', 'models', 'v2')).toBeUndefined()
  expect(spy).toHaveBeenCalled()
})
