import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import loadWabt from 'wabt'
import { treeKernelCode } from '../../../../activities/scoring/trees/tree-kernel'

const folder = path.resolve(__dirname, '../../../../activities/scoring/trees')

test('tree-kernel.ts holds what tree-kernel.wat says', async () => {
  const wabt = await loadWabt()
  const module = wabt.parseWat('tree-kernel.wat', readFileSync(path.join(folder, 'tree-kernel.wat')), {
    simd: true,
  })
  module.validate()
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64')
  if (process.env['UPDATE_KERNEL'])
    writeFileSync(
      path.join(folder, 'tree-kernel.ts'),
      readFileSync(path.join(folder, 'tree-kernel.ts'), 'utf8').replace(
        /(treeKernelCode =\n)[^]*?\n\n/,
        (_, head: string) =>
          `${head}  ${code
            .match(/.{1,110}/g)!
            .map((line) => `'${line}'`)
            .join(' +\n  ')}\n\n`,
      ),
    )
  else expect(treeKernelCode).toBe(code)
})
