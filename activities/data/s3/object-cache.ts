import { mkdirSync, realpathSync } from 'node:fs'
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { createHash, randomBytes } from 'node:crypto'
import path from 'node:path'
import { isNativeError } from 'node:util/types'
import { folderBytes } from '../folder-bytes'
import { cachedPath, versionId } from './cached-path'
import { chooseEvicted, type CacheEntry } from './choose-evicted'
import { downloadObject, type Wanted } from './download-object'
import { processFolder } from './process-folder'
import { whileAlone } from './while-alone'

/** A copy of an object for as long as somebody reads it. */
export interface Lease {
  /** Absolute, without symlinks; under the hive folders of the object's key. */
  readonly path: string
  /** The folder of all copies of its kind: what a sandbox may read. */
  readonly root: string
  release(): Promise<void>
}

/** How often an entry may be evicted by others between its arrival and our taking hold of it. */
const attempts = 10

/**
 * Objects of S3 as local files, shared by the processes of a machine. An entry is immutable: a version of an object in a folder
 * of its own, renamed into place when it is whole. Who reads it holds a hard link of it, so that an entry may be evicted at any
 * time, by anybody, and stays readable.
 */
export class ObjectCache {
  /** Of this process alone: removed when it is known to be dead. */
  readonly ownFolder: string
  private readonly entries: string
  private readonly leases = new Map<string, { users: number; readonly made: Promise<string> }>()
  private made = 0
  private roomBytes = 0

  /** @param boundBytes of all entries together; files in use that are evicted come on top */
  constructor(
    folder: string,
    private readonly boundBytes: number,
  ) {
    mkdirSync(path.join(folder, 'objects'), { recursive: true })
    const root = realpathSync(folder)
    this.entries = path.join(root, 'objects')
    this.ownFolder = processFolder(path.join(root, 'processes'))
  }

  /** Fetches an object where it is not here, and holds it. @throws SOURCE_CHANGED, STORE_CORRUPT, S3_* */
  async lease(wanted: Wanted, signal?: AbortSignal): Promise<Lease> {
    const root = path.join(this.ownFolder, 'leases', scopeOf(wanted))
    const id = versionId(wanted)
    let held = this.leases.get(id)
    if (held === undefined) {
      const folder = path.join(root, `${(this.made += 1)}-${id}`)
      held = { users: 0, made: this.hold(wanted, id, folder) }
      this.leases.set(id, held)
    }
    held.users += 1
    const lease = held
    const release = async (): Promise<void> => {
      lease.users -= 1
      if (lease.users > 0) return
      if (this.leases.get(id) === lease) this.leases.delete(id)
      const file = await lease.made.catch(() => null)
      if (file !== null) await rm(folderOf(root, file), { recursive: true, force: true })
    }
    try {
      return { path: await unlessAborted(lease.made, signal), root, release }
    } catch (error) {
      void release().catch(() => undefined) // others may go on waiting for the copy
      throw error
    }
  }

  /** Takes a file of this process in as an object's copy: it need not be fetched by the machine that wrote it. */
  async adopt(wanted: Wanted, file: string): Promise<void> {
    const id = versionId(wanted)
    const folder = await this.newFolder(id)
    const target = path.join(folder, cachedPath(wanted.url))
    await mkdir(path.dirname(target), { recursive: true })
    await rename(file, target)
    await this.enter(folder, id)
  }

  private async hold(wanted: Wanted, id: string, folder: string): Promise<string> {
    const name = cachedPath(wanted.url)
    const entry = path.join(this.entries, id)
    const held = path.join(folder, name)
    await mkdir(path.dirname(held), { recursive: true })
    for (let attempt = 1; ; attempt += 1) {
      if (await taken(path.join(entry, name), held)) break
      if (attempt === attempts)
        throw new Error(`${this.entries} is too small: ${wanted.url} is evicted as soon as it is there`)
      await this.fetch(wanted, id)
    }
    const now = new Date()
    await utimes(entry, now, now).catch(() => undefined) // evicted meanwhile
    return held
  }

  /** One of a machine's processes at a time fetches an object; the others find it. */
  private async fetch(wanted: Wanted, id: string): Promise<void> {
    await whileAlone(path.join(this.entries, `.${id}.lock`), async () => {
      if (await isThere(path.join(this.entries, id))) return
      const folder = await this.newFolder(id)
      const file = path.join(folder, cachedPath(wanted.url))
      try {
        await mkdir(path.dirname(file), { recursive: true })
        await downloadObject(wanted, file)
        await this.enter(folder, id)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    })
  }

  private async newFolder(id: string): Promise<string> {
    const folder = path.join(this.ownFolder, 'arriving', `${id}-${randomBytes(4).toString('hex')}`)
    await mkdir(folder, { recursive: true })
    return folder
  }

  private async enter(folder: string, id: string): Promise<void> {
    this.roomBytes -= await folderBytes(folder)
    try {
      await rename(folder, path.join(this.entries, id))
    } catch (error) {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
      await rm(folder, { recursive: true, force: true }) // another process was quicker: the bytes are the same
    }
    if (this.roomBytes < 0) await this.evict(id)
  }

  private async evict(kept: string): Promise<void> {
    const entries: CacheEntry[] = []
    for (const name of await readdir(this.entries)) {
      const folder = path.join(this.entries, name)
      const found = name.startsWith('.') ? null : await stat(folder).catch(() => null)
      if (found) entries.push({ name, usedMs: found.mtimeMs, sizeBytes: await folderBytes(folder) })
    }
    const { evicted, roomBytes } = chooseEvicted(entries, this.boundBytes, kept)
    this.roomBytes = roomBytes
    for (const { name } of evicted) {
      // out of its place at once, so that nobody finds half of it
      const aside = path.join(this.ownFolder, 'arriving', `evicted-${randomBytes(6).toString('hex')}`)
      await mkdir(path.dirname(aside), { recursive: true })
      await rename(path.join(this.entries, name), aside).catch(() => undefined)
      await rm(aside, { recursive: true, force: true })
    }
  }
}

/**
 * Copies lie together with those that the same SQL may read: of users' objects with those of the bucket, of what we stored with those of
 * the same folder.
 */
function scopeOf({ url, sha256 }: Wanted): string {
  const scope = typeof sha256 === 'string' ? path.posix.dirname(url) : url.split('/').slice(0, 3).join('/')
  return createHash('sha256').update(scope).digest('hex').slice(0, 16)
}

/** The folder below `root` that a lease made. */
function folderOf(root: string, file: string): string {
  return path.join(root, path.relative(root, file).split(path.sep)[0]!)
}

/** @returns false where there is no such file */
async function taken(file: string, as: string): Promise<boolean> {
  try {
    await link(file, as)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK')) throw error
    await copyFile(file, as) // a file system without links
    return true
  }
}

/** @throws the signal's reason, while the promise goes on */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  signal.throwIfAborted()
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null)) !== null
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isNativeError(error) && 'code' in error && codes.includes(String(error.code))
}
