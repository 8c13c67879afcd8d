import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '../stack'

const project = path.resolve(__dirname, '..', '..')

jest.setTimeout(60_000)

/** A checkout with one source and one asset, and this checkout's packages. */
function smallCheckout() {
  const root = temporaryFolder()
  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    fs.writeFileSync(path.join(root, file), text)
  }
  for (const file of ['workers/set-up.mjs', 'tsconfig.json'])
    write(file, fs.readFileSync(path.join(project, file), 'utf8'))
  fs.symlinkSync(path.join(project, 'node_modules'), path.join(root, 'node_modules'))
  write('package.json', '{"type": "commonjs"}')
  write('package-lock.json', '{}')
  write('schemas/shape.ts', 'export const shape: number = 1\n')
  write('schemas/sql/0001-first.sql', 'SELECT 1')
  const setUp = async (): Promise<string> => {
    const { stdout } = await promisify(execFile)('node', [
      path.join(root, 'workers', 'set-up.mjs'),
      '--build-only',
    ])
    return stdout
  }
  const has = (file: string): boolean => fs.existsSync(path.join(root, file))
  return { root, write, setUp, has }
}

test('a set-up compiles, copies the assets, and has nothing to do the second time', async () => {
  const { setUp, has } = smallCheckout()
  expect(await setUp()).toContain('compiling 1 TypeScript files')
  expect(has('dist/schemas/shape.js') && has('dist/schemas/sql/0001-first.sql')).toBe(true)
  expect(await setUp()).toBe('')
})

test('renamed sources and migrations leave nothing of their old names in dist', async () => {
  const { root, setUp, has } = smallCheckout()
  await setUp()
  fs.renameSync(path.join(root, 'schemas/shape.ts'), path.join(root, 'schemas/form.ts'))
  fs.renameSync(path.join(root, 'schemas/sql/0001-first.sql'), path.join(root, 'schemas/sql/0001-one.sql'))
  await setUp()
  expect(has('dist/schemas/form.js') && has('dist/schemas/sql/0001-one.sql')).toBe(true)
  expect(has('dist/schemas/shape.js') || has('dist/schemas/sql/0001-first.sql')).toBe(false)
})

test('a type error fails the set-up each time until it is mended', async () => {
  const { write, setUp } = smallCheckout()
  write('schemas/shape.ts', 'export const shape: number = "one"\n')
  await expect(setUp()).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('TS2322') })
  await expect(setUp()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('exit code') })
  write('schemas/shape.ts', 'export const shape: number = 1\n')
  expect(await setUp()).toContain('done')
})

test('two set-ups at once: one waits for the other; a lock left by a killed one holds nobody up', async () => {
  const { root, write, setUp } = smallCheckout()
  const holder = spawn('sleep', ['60'])
  write('.nightscore/set-up.lock', `${holder.pid}\n`)
  setTimeout(() => holder.kill('SIGKILL'), 500)
  expect(await setUp()).toMatch(/^waiting for another set-up in this folder \(process \d+\)[\s\S]*done in/)
  expect(fs.existsSync(path.join(root, '.nightscore', 'set-up.lock'))).toBe(false)
})
