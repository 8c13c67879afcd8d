import fs from 'node:fs'
import path from 'node:path'
import { stackFolders } from '../../workers/local-stack/folders'
import { stopProcess } from '../../workers/local-stack/processes'
import { readRecord } from '../../workers/local-stack/state'

/** Stops the servers that still run for this folder, whoever started them, and deletes the folder with all data. */
export async function removeStack(root: string): Promise<void> {
  const folders = stackFolders(root)
  const steps = [{ signal: 'SIGKILL', waitMs: 5000 }] as const
  for (const name of ['postgres', 'temporal'] as const) {
    const record = readRecord(folders, name)
    if (record !== undefined) await stopProcess(record.process, steps)
  }
  const link = fs.lstatSync(folders.postgresData, { throwIfNoEntry: false })
  if (link?.isSymbolicLink() === true)
    fs.rmSync(path.dirname(fs.readlinkSync(folders.postgresData)), { recursive: true, force: true })
  fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 })
}

/** What runs of tests left that were killed together with their servers' keeper. Folders are named test-<pid>. */
export async function removeLeftovers(parent: string): Promise<void> {
  const names = fs.existsSync(parent) ? fs.readdirSync(parent) : []
  for (const name of names) {
    const pid = Number(/^test-(\d+)$/.exec(name)?.[1])
    if (pid > 0 && !isRunning(pid)) await removeStack(path.join(parent, name))
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
