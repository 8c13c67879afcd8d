import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { hostname } from 'node:os'
import path from 'node:path'

/** A folder of another machine's process (a volume that containers share) is let be for so long after it was last touched. */
const foreignMs = 7 * 86_400_000
const touchEveryMs = 3_600_000

/** This process's: one of its id that is not here is of a container's life before, which had the same host name and id. */
const ours = new Set<string>()

/** Makes a folder for this process alone, and removes those of processes that are dead. */
export function processFolder(parent: string): string {
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent))
    if (isLeftBehind(path.join(parent, name), name))
      rmSync(path.join(parent, name), { recursive: true, force: true })
  const own = path.join(parent, `${hostname()}~${process.pid}~${randomBytes(4).toString('hex')}`)
  mkdirSync(own)
  ours.add(path.basename(own))
  setInterval(() => touch(own), touchEveryMs).unref()
  process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  return own
}

function touch(folder: string): void {
  const now = new Date()
  try {
    utimesSync(folder, now, now)
  } catch {
    // removed by hand: it is made anew where it is needed
  }
}

function isLeftBehind(folder: string, name: string): boolean {
  const [host, pid] = name.split('~')
  if (host !== hostname())
    return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > foreignMs
  if (Number(pid) === process.pid) return !ours.has(name)
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
