import { rmSync, writeFileSync } from 'node:fs'

const everyMs = 10_000

/**
 * Writes a file anew every 10 s, as long as this process gets round to it: a check from outside (HEALTHCHECK, an exec probe) looks at the
 * file's age. It says nothing of Temporal or Postgres: a restart mends neither, and a worker waits for both by itself.
 * @param file undefined: no file
 * @returns a function that ends it and takes the file away
 */
export function giveSignOfLife(file: string | undefined): () => void {
  if (file === undefined) return () => undefined
  const write = (): void => writeFileSync(file, `${process.pid}\n`)
  write()
  const timer = setInterval(write, everyMs)
  return () => {
    clearInterval(timer)
    rmSync(file, { force: true })
  }
}
