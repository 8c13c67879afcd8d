import fs from 'node:fs'

/**
 * Resident memory of this process as Linux counts it, in KB; null on other systems.
 * - `now()`: VmRSS. - `peak()`: VmHWM, the most since the process began or since `forgetPeak()`.
 */
export const peakMemory = { now: () => read('VmRSS'), peak: () => read('VmHWM'), forgetPeak }

function read(field: string): number | null {
  try {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(
      fs.readFileSync('/proc/self/status', 'utf8'),
    )
    return found ? Number(found[1]) : null
  } catch {
    return null
  }
}

function forgetPeak(): void {
  try {
    fs.writeFileSync('/proc/self/clear_refs', '5')
  } catch {
    // not Linux: there is no peak to forget
  }
}
