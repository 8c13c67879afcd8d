import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import loadWabt from 'wabt'
import { blockKernelCode } from '../../../../activities/evaluation/stats/block-kernel'
import { treeKernelCode } from '../../../../activities/scoring/trees/tree-kernel'

test.each([
  { kernel: 'evaluation/stats/block-kernel', name: 'blockKernelCode', holds: blockKernelCode },
  { kernel: 'scoring/trees/tree-kernel', name: 'treeKernelCode', holds: treeKernelCode },
])('$kernel.ts holds what its .wat says', async ({ kernel, name, holds }) => {
  const file = path.resolve(__dirname, '../../../../activities', kernel)
  const wabt = await loadWabt()
  const module = wabt.parseWat(`${kernel}.wat`, readFileSync(`${file}.wat`), { simd: true })
  module.validate()
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64')
  if (process.env['UPDATE_KERNEL']) {
    const lines = code.match(/.{1,110}/g)!.map((line) => `'${line}'`)
    const held = new RegExp(`(${name} =\\n)[^]*?\\n\\n`)
    const source = readFileSync(`${file}.ts`, 'utf8')
    writeFileSync(
      `${file}.ts`,
      source.replace(held, (_, head: string) => `${head}  ${lines.join(' +\n  ')}\n\n`),
    )
  } else expect(holds).toBe(code)
})
