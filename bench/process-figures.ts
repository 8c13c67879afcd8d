import fs from 'node:fs'

/** What Linux counts for a process, all its threads together. */
export interface ProcessFigures {
  /** Resident now, MB (2^20 bytes). */
  readonly residentMb: number
  /** The most that was resident since it began, MB: VmHWM. */
  readonly peakMb: number
  /** User and system time, seconds. */
  readonly cpuSeconds: number
}

/** Linux counts a process's time in hundredths of a second wherever Node runs. */
const ticksPerSecond = 100

/** @throws where there is no /proc, or no such process */
export function processFigures(pid: number): ProcessFigures {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024
  // the name in parentheses may hold anything; utime and stime are the 14th and 15th fields
  const fields = fs
    .readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return {
    residentMb: mb('VmRSS'),
    peakMb: mb('VmHWM'),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  }
}
