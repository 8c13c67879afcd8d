import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

/** Bytes of the files in a folder and below it; 0 where there is none. What vanishes meanwhile does not count. */
export async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  let bytes = 0
  for (const name of names) {
    const found = await stat(path.join(folder, name)).catch(() => null)
    if (found?.isFile() === true) bytes += found.size
  }
  return bytes
}
