import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withStartLock } from '../../../workers/local-stack/start-lock'
import { temporaryFolder } from '../../stack'

const quiet = (): void => undefined

describe('the start lock', () => {
  test('lets one start after the other', async () => {
    const file = path.join(temporaryFolder(), 'stack.lock')
    let inside = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside)
      await sleep(30)
      inside--
    }
    await Promise.all([1, 2, 3, 4].map(() => withStartLock(file, quiet, work)))
    expect(most).toBe(1)
    expect(fs.existsSync(file)).toBe(false)
  })

  test('is given back when the start fails', async () => {
    const file = path.join(temporaryFolder(), 'stack.lock')
    await expect(withStartLock(file, quiet, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withStartLock(file, quiet, () => Promise.resolve('next'))).toBe('next')
  })

  test('passes over a holder that was killed', async () => {
    const file = path.join(temporaryFolder(), 'stack.lock')
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    fs.writeFileSync(file, JSON.stringify({ pid, started: '1' }))
    expect(await withStartLock(file, quiet, () => Promise.resolve('mine'))).toBe('mine')
  })

  test('passes over a file whose maker was killed before it wrote', async () => {
    const file = path.join(temporaryFolder(), 'stack.lock')
    fs.writeFileSync(file, '')
    const old = new Date(Date.now() - 60_000)
    fs.utimesSync(file, old, old)
    expect(await withStartLock(file, quiet, () => Promise.resolve('mine'))).toBe('mine')
  })
})
