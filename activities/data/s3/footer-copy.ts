import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import { cachedPath, versionId } from './cached-path'
import { openRange, type S3Object } from './objects'
import { s3Error } from './s3-error'

/** Of most files the footer is in their last 64 KB: one request. */
const tailBytes = 64 * 1024

/** Where footerCopy puts an object's copy. */
export function footerPath(folder: string, object: { readonly url: string; readonly etag: string }): string {
  return path.join(folder, 'footers', versionId(object), cachedPath(object.url))
}

/**
 * A local file of a Parquet object's size that holds its footer alone, the rest is a hole: columns, row groups and statistics can be
 * read from it, rows cannot.
 * @returns its path, below `folder`, under the hive folders of the object's key
 * @throws SOURCE_CHANGED, S3_*
 */
export async function footerCopy(object: S3Object, folder: string, signal?: AbortSignal): Promise<string> {
  const { url, etag, sizeBytes } = object
  const file = footerPath(folder, object)
  await mkdir(path.dirname(file), { recursive: true })
  const tail = await lastBytes(object, Math.min(tailBytes, sizeBytes), signal)
  const needed = Math.min(sizeBytes, footerBytes(tail))
  const footer = needed <= tail.length ? tail : await lastBytes({ url, etag, sizeBytes }, needed, signal)
  const handle = await open(file, 'w')
  try {
    await handle.truncate(sizeBytes)
    // what a reader looks at first
    if (sizeBytes >= 4) await handle.write(tail.subarray(-4), 0, 4, 0)
    await handle.write(footer, 0, footer.length, sizeBytes - footer.length)
  } finally {
    await handle.close()
  }
  return file
}

async function lastBytes(
  { url, etag, sizeBytes }: Pick<S3Object, 'url' | 'etag' | 'sizeBytes'>,
  count: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  if (count === 0) return Buffer.alloc(0)
  const { body } = await openRange(url, { start: sizeBytes - count, end: sizeBytes }, etag, signal)
  try {
    return await buffer(body)
  } catch (error) {
    signal?.throwIfAborted()
    throw s3Error(error, url)
  }
}

/** Of the end of a Parquet file: metadata, its length in 4 bytes, PAR1. What is no such file has none. */
export function footerBytes(tail: Buffer): number {
  if (tail.length < 8 || tail.toString('latin1', tail.length - 4) !== 'PAR1') return 0
  return tail.readUInt32LE(tail.length - 8) + 8
}
