import { createHash } from 'node:crypto'
import path from 'node:path'

/** What identifies the bytes of an object. Without an ETag its name alone: objects that are never written twice. */
export interface ObjectVersion {
  /** s3://bucket/key */
  readonly url: string
  readonly etag?: string | undefined
}

/** The name of a version's folder in the cache. */
export function versionId({ url, etag }: ObjectVersion): string {
  return createHash('sha256')
    .update(`${url}\n${etag ?? ''}`)
    .digest('hex')
    .slice(0, 32)
}

/**
 * Where an object's copy lies below its folder: its own name under the hive folders (name=value) of its key, which are columns.
 * Other folders of the key, and names that a file system refuses, are left out.
 * @example cachedPath('s3://lake/flights/month=07/a.parquet') // 'month=07/a.parquet'
 */
export function cachedPath(url: string): string {
  const names = url.split('/').slice(3)
  const last = names.pop() ?? ''
  const folders = names.filter((name) => /^[^=]+=/.test(name) && isFileName(name))
  return path.join(...folders, isFileName(last) ? last : `object${path.extname(last).slice(0, 20)}`)
}

function isFileName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && !name.includes('\0') && Buffer.byteLength(name) <= 200
  )
}
