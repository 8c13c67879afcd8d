import fs from 'node:fs'

/** Linux counts a process's time in hundredths of a second wherever Node runs. */
const ticksPerSecond = 100

/** User and system time of a process and all its descendants, those that ended and were waited for included: Postgres is many. */
export function treeCpuSeconds(pid: number): number {
  const children = new Map<number, number[]>()
  for (const name of fs.readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? Number(statFields(Number(name))[1]) : NaN
    if (!Number.isNaN(parent)) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const ticksOf = (root: number): number => {
    const own = statFields(root)
      .slice(11, 15) // utime, stime, and both of ended children
      .reduce((sum, ticks) => sum + Number(ticks), 0)
    return (children.get(root) ?? []).reduce((sum, child) => sum + ticksOf(child), own)
  }
  return ticksOf(pid) / ticksPerSecond
}

/** /proc/PID/stat from the state on: the name before it may hold anything. Empty for a process that has ended. */
function statFields(pid: number): string[] {
  try {
    return fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
  } catch {
    return []
  }
}
