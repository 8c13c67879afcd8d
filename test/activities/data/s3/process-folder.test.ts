import fs from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'
import { processFolder } from '../../../../activities/data/s3/process-folder'
import { temporaryFolder } from '../../../stack'

const day = 86_400_000

/** A folder of a process, last touched so many milliseconds ago. */
function left(parent: string, host: string, pid: number, agoMs: number): string {
  const folder = path.join(parent, `${host}~${pid}~0`)
  fs.mkdirSync(folder)
  const then = new Date(Date.now() - agoMs)
  fs.utimesSync(folder, then, then)
  return folder
}

test('what a container held before it was started again is removed, though its process had the same id', () => {
  const parent = temporaryFolder()
  const before = left(parent, hostname(), process.pid, 0)
  const own = processFolder(parent)
  const another = processFolder(parent)
  expect([before, own, another].map((folder) => fs.existsSync(folder))).toEqual([false, true, true])
})

test('the folder of a process on another machine stays for a week after it was last touched', () => {
  const parent = temporaryFolder()
  const folders = [6 * day, 8 * day].map((agoMs, i) => left(parent, 'elsewhere', i + 1, agoMs))
  processFolder(parent)
  expect(folders.map((folder) => fs.existsSync(folder))).toEqual([true, false])
})

test('a process touches its folder by the hour, so that no other machine takes it for dead', () => {
  jest.useFakeTimers()
  try {
    const own = processFolder(temporaryFolder())
    fs.utimesSync(own, 0, 0)
    jest.advanceTimersByTime(3_600_000)
    expect(fs.statSync(own).mtimeMs).toBeGreaterThan(0)
  } finally {
    jest.useRealTimers()
  }
})
