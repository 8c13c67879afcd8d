import fs from 'node:fs'

/**
 * User and system seconds of a local Postgres: its processes that live, and those that have ended.
 * @param backend process id of one of its backends, as pg_backend_pid() says it
 * @returns NaN where the server is on another machine
 */
export function serverCpuSeconds(backend: number): number {
  const parent = fields(backend)?.parent
  const postmaster = parent === undefined ? undefined : fields(parent)
  if (parent === undefined || postmaster === undefined) return NaN
  const living = fs.readdirSync('/proc').flatMap((name) => {
    const process = /^\d+$/.test(name) ? fields(Number(name)) : undefined
    return process?.parent === parent ? [process.own] : []
  })
  return living.reduce((sum, ticks) => sum + ticks, postmaster.own + postmaster.ended) / 100
}

/** /proc/PID/stat: ticks of a hundredth of a second, of the process and of its children that have ended. */
function fields(pid: number): { parent: number; own: number; ended: number } | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')
    const numbers = text.split(' ').map(Number)
    const [utime = 0, stime = 0, cutime = 0, cstime = 0] = numbers.slice(11, 15)
    return { parent: numbers[1] ?? 0, own: utime + stime, ended: cutime + cstime }
  } catch {
    return undefined // ended just now
  }
}
