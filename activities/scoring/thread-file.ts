import { existsSync } from 'node:fs'
import path from 'node:path'
import { NightscoreError } from '../../schemas/errors'

/**
 * The compiled file of a thread: threads run JavaScript, also where the pool is run from its source (tests).
 * @param name within activities/, without extension
 * @throws NOT_BUILT where it is missing
 */
export function threadFile(name: string): string {
  let root = __dirname
  while (!existsSync(path.join(root, 'package.json'))) root = path.dirname(root)
  const file = path.join(root, 'dist', 'activities', `${name}.js`)
  if (existsSync(file)) return file
  throw new NightscoreError('NOT_BUILT', { found: `no ${file}`, expected: 'the compiled thread' })
}
