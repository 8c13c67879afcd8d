import { stat } from 'node:fs/promises'
import { inWindow } from '../../../workflows/plan/in-window'
import type { SourceFile } from '../source'
import { changed, headObject } from './objects'
import type { Wanted } from './download-object'
import { namingObjects } from './naming-objects'
import type { Lease } from './object-cache'
import { objectCache } from './object-storage'
import { isS3Url } from './s3-url'

/** Files of this machine in place of others, and the folders that hold those that are copies. */
export interface LocalCopies<F> {
  readonly files: readonly F[]
  readonly roots: readonly string[]
}

/** So many objects are fetched at once. */
const fetchedAtOnce = 4

/**
 * Lends local copies of files to `work`: of objects in S3 those of the cache; files of this machine are lent as they are.
 * @throws SOURCE_CHANGED, STORE_CORRUPT, S3_*
 */
export async function withLocalCopies<F extends Wanted, T>(
  files: readonly F[],
  work: (local: LocalCopies<F & { readonly path: string }>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const leases = new Map<string, Lease>()
  const objects = [
    ...new Map(files.filter(({ url }) => isS3Url(url)).map((file) => [file.url, file])).values(),
  ]
  try {
    await inWindow(objects, fetchedAtOnce, async (file) => {
      leases.set(file.url, await objectCache().lease(file, signal))
    })
    const local = files.map((file) => ({ ...file, path: leases.get(file.url)?.path ?? file.url }))
    const roots = [...new Set([...leases.values()].map(({ root }) => root))]
    return await namingObjects(local, () => work({ files: local, roots }))
  } finally {
    for (const lease of leases.values()) await lease.release()
  }
}

/** withLocalCopies for source files: their paths, and what identifies the copies. Users' own objects must be as they were planned. */
export async function withLocalSources<T>(
  files: readonly SourceFile[],
  work: (local: LocalCopies<SourceFile>) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  if (!files.some(({ path }) => isS3Url(path))) return work({ files, roots: [] })
  for (const file of files) await checkObject(file, signal)
  const wanted = files.map((file) => ({
    url: file.path,
    etag: file.etag,
    sizeBytes: file.sizeBytes,
    sha256: file.sha256,
    file,
  }))
  return withLocalCopies(
    wanted,
    async (local) => {
      const copies = local.files.map(async ({ file, path }) =>
        path === file.path ? file : { ...file, path, modifiedMs: Math.trunc((await stat(path)).mtimeMs) },
      )
      return work({ files: await Promise.all(copies), roots: local.roots })
    },
    signal,
  )
}

/** @throws SOURCE_CHANGED where an object is not the one that was planned, though the cache may still hold that */
async function checkObject({ path, etag, sizeBytes }: SourceFile, signal?: AbortSignal): Promise<void> {
  if (!isS3Url(path) || etag === undefined) return
  const now = await headObject(path, signal)
  if (now === null) throw changed(path, 'which is gone', etag)
  if (now.etag !== etag || now.sizeBytes !== sizeBytes)
    throw changed(path, `with ETag ${now.etag} and ${now.sizeBytes} bytes`, etag)
}
