import fs from 'node:fs'

interface Stat {
  readonly pid: number
  readonly parent: number
  /** Its own and of its children that ended and were waited for. */
  readonly cpuSeconds: number
}

/** Linux counts a process's time in hundredths of a second wherever Node runs. */
const ticksPerSecond = 100

/** A process with all its descendants, as Linux counts them; null where there is no /proc. */
export const processTree = {
  /** User and system time, seconds. */
  cpuSeconds: (root: number): number | null => total(root, ({ cpuSeconds }) => cpuSeconds),
  /** Resident memory, MB; what several share counts once. */
  residentMb: (root: number): number | null => total(root, ({ pid }) => proportionalMb(pid)),
  parentOf: (pid: number): number | null => readStat(pid)?.parent ?? null,
}

function total(root: number, of: (one: Stat) => number): number | null {
  const all = list()
  if (all === null) return null
  const wanted = new Set([root])
  let before: number
  do {
    before = wanted.size
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid)
  } while (wanted.size > before)
  return all.filter(({ pid }) => wanted.has(pid)).reduce((sum, one) => sum + of(one), 0)
}

function list(): Stat[] | null {
  if (!fs.existsSync('/proc/self/stat')) return null
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(Number(name)) ?? [])
}

function readStat(pid: number): Stat | null {
  try {
    // the name in parentheses may hold anything; after it: state, parent, ..., utime, stime, cutime, cstime
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { pid, parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond }
  } catch {
    return null // it has ended
  }
}

function proportionalMb(pid: number): number {
  try {
    const text = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
