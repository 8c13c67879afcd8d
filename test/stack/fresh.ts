import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { whenFileEnds } from './clean-up'

/** @returns a task queue that no other test uses. */
export function freshTaskQueue(): string {
  return `test-${randomBytes(6).toString('hex')}`
}

/** @returns an empty folder, its real path; deleted after the last test of the file. */
export function temporaryFolder(): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'nightscore-')))
  whenFileEnds(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
