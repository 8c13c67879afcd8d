import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { NightscoreError } from '../../schemas/errors'
import { type ProcessIdentity, isAlive, self } from './processes'

const waitLimitMs = 10 * 60_000 // the holder may be downloading Temporal
const emptyLimitMs = 5000

/** Runs the work while no other process starts or stops servers of the same folder. A holder that was killed is passed over. */
export async function withStartLock<T>(
  lockFile: string,
  report: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const mine = JSON.stringify(self())
  await take(lockFile, mine, report)
  try {
    return await work()
  } finally {
    if (read(lockFile) === mine) fs.rmSync(lockFile, { force: true })
  }
}

async function take(lockFile: string, mine: string, report: (line: string) => void): Promise<void> {
  const deadline = Date.now() + waitLimitMs
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lockFile, mine, { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const judged = read(lockFile)
    const holder = parse(judged)
    // empty: its maker was killed between creating and writing it
    if (holder === undefined ? ageMs(lockFile) > emptyLimitMs : !isAlive(holder)) {
      setAside(lockFile, judged)
      continue
    }
    if (!told) report(`Waiting for process ${holder?.pid ?? '?'}, which starts or stops the same servers ...`)
    told = true
    if (Date.now() > deadline)
      throw new NightscoreError('STACK_FAILED', {
        found: `${lockFile}, held for 10 minutes by process ${holder?.pid ?? 'unknown'}`,
        expected: 'one start at a time, each over in moments',
        fix: 'Stop that process, or delete the file if it does not start servers.',
      })
    await sleep(50)
  }
}

/** Two may judge the same lock abandoned: the slower one must not take away the lock that the quicker one made since. */
function setAside(lockFile: string, judged: string | undefined): void {
  const aside = `${lockFile}.${randomUUID()}`
  try {
    fs.renameSync(lockFile, aside)
    if (read(aside) !== judged) fs.linkSync(aside, lockFile)
  } catch {
    // gone already, or made anew by a third: the next look tells
  }
  fs.rmSync(aside, { force: true })
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function parse(text: string | undefined): ProcessIdentity | undefined {
  try {
    return JSON.parse(text ?? '') as ProcessIdentity
  } catch {
    return undefined
  }
}

function ageMs(file: string): number {
  return Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
}
