import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { folderBytes } from '../folder-bytes'
import { deleteObjects, deletePrefix, headObject, listObjects } from '../s3/objects'
import { isS3Url, s3Join } from '../s3/s3-url'

/** A file or folder of the store. */
export interface StoredEntry {
  readonly name: string
  /** Last change, of what is in it too where the store is in S3. Milliseconds since 1970. */
  readonly modifiedMs: number
}

/** Makes a folder of the store; S3 needs none. */
export async function makeStored(folder: string): Promise<void> {
  if (!isS3Url(folder)) await mkdir(folder, { recursive: true })
}

/** The store without symlinks, as sandboxes know it; made where it is a folder and missing. */
export async function realStore(store: string): Promise<string> {
  await makeStored(store)
  return isS3Url(store) ? store : realpath(store)
}

/** What is directly in a folder of the store; nothing where there is none. */
export async function storedEntries(folder: string): Promise<StoredEntry[]> {
  if (isS3Url(folder)) {
    const entries = new Map<string, number>()
    for await (const { url, modifiedMs } of listObjects(s3Join(folder, ''))) {
      const name = url.slice(folder.length + 1).split('/')[0]!
      entries.set(name, Math.max(entries.get(name) ?? 0, modifiedMs))
    }
    return [...entries].map(([name, modifiedMs]) => ({ name, modifiedMs }))
  }
  const found: StoredEntry[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const entry = await stat(path.join(folder, name)).catch(() => null)
    if (entry) found.push({ name, modifiedMs: entry.mtimeMs })
  }
  return found
}

/** @returns null where there is no such file */
export async function storedFile(
  file: string,
): Promise<{ readonly sizeBytes: number; readonly modifiedMs: number } | null> {
  if (isS3Url(file)) return headObject(file)
  const found = await stat(file).catch(() => null)
  return found && { sizeBytes: found.size, modifiedMs: found.mtimeMs }
}

/** Bytes of a file or folder of the store; 0 where there is none. */
export async function storedBytes(place: string): Promise<number> {
  if (!isS3Url(place)) {
    const found = await stat(place).catch(() => null)
    return found?.isFile() === true ? found.size : folderBytes(place)
  }
  let bytes = 0
  for await (const { url, sizeBytes } of listObjects(place))
    if (url === place || url.startsWith(`${place}/`)) bytes += sizeBytes
  return bytes
}

/** Removes a file or folder of the store. */
export async function removeStored(place: string): Promise<void> {
  if (!isS3Url(place)) return rm(place, { recursive: true, force: true })
  await deletePrefix(s3Join(place, ''))
  await deleteObjects([place])
}
