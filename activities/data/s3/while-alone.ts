import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'

/** A holder touches its lock file so often; one that was not touched for so long is dead. */
const touchEveryMs = 2_000
const deadAfterMs = 15_000

/**
 * Runs `work` while no other process of the machine does so under this lock file. It saves double work and guards nothing: where a
 * holder is taken for dead wrongly, two work at once.
 */
export async function whileAlone<T>(lockFile: string, work: () => Promise<T>): Promise<T> {
  const mine = randomUUID()
  while (!(await take(lockFile, mine))) await sleep(50)
  const touching = setInterval(() => {
    const now = new Date()
    utimes(lockFile, now, now).catch(() => undefined)
  }, touchEveryMs)
  try {
    return await work()
  } finally {
    clearInterval(touching)
    if ((await readFile(lockFile, 'utf8').catch(() => '')) === mine) await rm(lockFile, { force: true })
  }
}

async function take(lockFile: string, mine: string): Promise<boolean> {
  try {
    await writeFile(lockFile, mine, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = await stat(lockFile).catch(() => null)
  if (found !== null && Date.now() - found.mtimeMs > deadAfterMs) await rm(lockFile, { force: true })
  return false
}
