import { rmSync, writeFileSync } from 'node:fs'
import { NightscoreError } from '../schemas/errors'

const everyMs = 10_000

/**
 * Writes a file anew every 10 s, as long as this process gets round to it: a check from outside (HEALTHCHECK, an exec probe) looks at the
 * file's age. It says nothing of Temporal or Postgres: a restart mends neither, and a worker waits for both by itself.
 * @param file undefined: no file
 * @returns a function that ends it and takes the file away
 * @throws NightscoreError CONFIG_INVALID where it cannot be written at first; later it only grows old
 */
export function giveSignOfLife(file: string | undefined): () => void {
  if (file === undefined) return () => undefined
  const write = (): void => writeFileSync(file, `${process.pid}\n`)
  try {
    write()
  } catch (cause) {
    throw new NightscoreError('CONFIG_INVALID', {
      found: `NIGHTSCORE_HEALTH_FILE=${file}, which cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'an error'})`,
      expected: 'the path of a file that this user can write',
      cause,
    })
  }
  const timer = setInterval(() => {
    try {
      write()
    } catch {
      // a full disk ends no worker
    }
  }, everyMs)
  return () => {
    clearInterval(timer)
    rmSync(file, { force: true })
  }
}
