import fs from 'node:fs'
import path from 'node:path'
import { repairSymlinks } from '../../../workers/local-stack/postgres-binaries'
import { temporaryFolder } from '../../stack'

function packageFolder(): string {
  const folder = temporaryFolder()
  const lib = path.join(folder, 'native', 'lib')
  fs.mkdirSync(lib, { recursive: true })
  fs.writeFileSync(path.join(lib, 'libpq.so.5.18'), 'library')
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]
  fs.writeFileSync(path.join(folder, 'native', 'pg-symlinks.json'), JSON.stringify(links))
  return folder
}

describe('the libraries’ symlinks, which npm does not pack', () => {
  test('are made where they are missing', () => {
    const folder = packageFolder()
    expect(repairSymlinks(folder)).toBeUndefined()
    const link = path.join(folder, 'native', 'lib', 'libpq.so.5')
    expect(fs.readlinkSync(link)).toBe('libpq.so.5.18')
    expect(fs.readFileSync(link, 'utf8')).toBe('library')
  })

  test('are mended where they lead nowhere, and left alone where they are right', () => {
    const folder = packageFolder()
    const link = path.join(folder, 'native', 'lib', 'libpq.so.5')
    fs.symlinkSync('libpq.so.4', link)
    repairSymlinks(folder)
    repairSymlinks(folder)
    expect(fs.readlinkSync(link)).toBe('libpq.so.5.18')
  })
})
