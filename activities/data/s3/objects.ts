import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListMultipartUploadsCommandInput,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import { NightscoreError } from '../../../schemas/errors'
import type { ByteRange } from './byte-ranges'
import { s3Client } from './s3-client'
import { isMissing, isOtherVersion, s3Error } from './s3-error'
import { parseS3Url } from './s3-url'

/** An object as S3 lists it. */
export interface S3Object {
  /** s3://bucket/key */
  readonly url: string
  readonly sizeBytes: number
  /** When it was written, whole milliseconds since 1970; S3 tells whole seconds. */
  readonly modifiedMs: number
  /** Without quotes. */
  readonly etag: string
}

/** The objects whose keys start with a prefix, in order of key, page by page. @throws S3_* */
export async function* listObjects(
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<S3Object, void, undefined> {
  const { bucket, key } = parseS3Url(prefix)
  for (let token: string | undefined; ;) {
    signal?.throwIfAborted()
    const page = await asked(prefix, () =>
      s3Client().send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ContinuationToken: token }),
        signalOf(signal),
      ),
    )
    for (const { Key = '', Size = 0, LastModified, ETag } of page.Contents ?? [])
      if (!Key.endsWith('/'))
        yield {
          url: `s3://${bucket}/${Key}`,
          sizeBytes: Size,
          modifiedMs: LastModified?.getTime() ?? 0,
          etag: unquoted(ETag),
        }
    if (page.IsTruncated !== true) return
    token = page.NextContinuationToken
  }
}

/** @returns null where there is no such object. @throws S3_* */
export async function headObject(url: string, signal?: AbortSignal): Promise<S3Object | null> {
  const { bucket, key } = parseS3Url(url)
  try {
    const found = await s3Client().send(new HeadObjectCommand({ Bucket: bucket, Key: key }), signalOf(signal))
    return {
      url,
      sizeBytes: found.ContentLength ?? 0,
      modifiedMs: found.LastModified?.getTime() ?? 0,
      etag: unquoted(found.ETag),
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (isMissing(error)) return null
    throw s3Error(error, url)
  }
}

/** A range of an object, on its way. */
export interface RangeBody {
  readonly body: Readable
  /** Of the whole object. */
  readonly sizeBytes: number
}

/**
 * Opens a range of an object.
 * @param etag of the version that is wanted
 * @throws SOURCE_CHANGED where it is gone or another version, S3_*
 */
export async function openRange(
  url: string,
  range: ByteRange,
  etag: string,
  signal?: AbortSignal,
): Promise<RangeBody> {
  const { bucket, key } = parseS3Url(url)
  try {
    const answer = await s3Client().send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: `bytes=${range.start}-${range.end - 1}`,
        IfMatch: `"${etag}"`,
      }),
      signalOf(signal),
    )
    const found = unquoted(answer.ETag)
    const body = answer.Body as Readable
    // not all servers heed If-Match
    if (found !== etag) {
      body.destroy()
      throw changed(url, `with ETag ${found}`, etag)
    }
    const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1]
    return { body, sizeBytes: Number(total ?? answer.ContentLength ?? 0) }
  } catch (error) {
    signal?.throwIfAborted()
    if (isOtherVersion(error)) throw changed(url, 'which was replaced', etag)
    if (isMissing(error)) throw changed(url, 'which is gone', etag)
    throw s3Error(error, url)
  }
}

/** SOURCE_CHANGED of an object. */
export function changed(url: string, found: string, etag: string): NightscoreError {
  return new NightscoreError('SOURCE_CHANGED', {
    found: `${url}, ${found}`,
    expected: etag === '' ? 'the object that was there' : `the object with ETag ${etag}`,
  })
}

/** A small text. @returns null where there is no such object */
export async function readText(url: string): Promise<string | null> {
  const { bucket, key } = parseS3Url(url)
  try {
    const answer = await s3Client().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return (await answer.Body?.transformToString()) ?? ''
  } catch (error) {
    if (isMissing(error)) return null
    throw s3Error(error, url)
  }
}

/** Writes a small text in one request: readers see the former one or this. */
export async function writeText(url: string, text: string, type = 'application/json'): Promise<void> {
  const { bucket, key } = parseS3Url(url)
  await asked(url, () =>
    s3Client().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: Buffer.from(text),
        ContentType: type,
        CacheControl: 'no-cache',
      }),
    ),
  )
}

/** S3 takes so many keys in one request. */
const deletedAtOnce = 1_000

/** Deletes objects; those that are gone already are no error. */
export async function deleteObjects(urls: readonly string[]): Promise<void> {
  for (let from = 0; from < urls.length; from += deletedAtOnce) {
    const places = urls.slice(from, from + deletedAtOnce).map(parseS3Url)
    const [first] = places
    if (first === undefined) return
    const answer = await asked(urls[from]!, () =>
      s3Client().send(
        new DeleteObjectsCommand({
          Bucket: first.bucket,
          Delete: { Objects: places.map(({ key }) => ({ Key: key })), Quiet: true },
        }),
      ),
    )
    const [failed] = answer.Errors ?? []
    if (failed)
      throw s3Error(
        Object.assign(new Error(failed.Message ?? ''), {
          name: failed.Code ?? 'Unknown',
          $metadata: { httpStatusCode: 500 },
        }),
        `s3://${first.bucket}/${failed.Key}`,
      )
  }
}

/**
 * Deletes all objects under a prefix, and the parts of uploads that were never ended.
 * @returns how many objects and bytes
 */
export async function deletePrefix(
  prefix: string,
): Promise<{ readonly count: number; readonly bytes: number }> {
  await abortUploads(prefix)
  const found: S3Object[] = []
  for await (const object of listObjects(prefix)) found.push(object)
  await deleteObjects(found.map(({ url }) => url))
  return { count: found.length, bytes: found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

/** Ends the uploads under a prefix that began before a time: their parts are deleted. */
export async function abortUploads(prefix: string, beforeMs = Infinity): Promise<number> {
  const { bucket, key } = parseS3Url(prefix)
  let aborted = 0
  for (const { Key, UploadId, Initiated } of await uploads(bucket, key)) {
    // some servers list more than was asked for
    if (Key?.startsWith(key) !== true || (Initiated?.getTime() ?? 0) >= beforeMs) continue
    try {
      await s3Client().send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))
      aborted += 1
    } catch (error) {
      if (!isMissing(error)) throw s3Error(error, `s3://${bucket}/${Key}`)
    }
  }
  return aborted
}

async function uploads(bucket: string, key: string): Promise<readonly MultipartUpload[]> {
  const found: MultipartUpload[] = []
  try {
    let after: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> = {}
    for (;;) {
      const page = await s3Client().send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key, ...after }),
      )
      found.push(...(page.Uploads ?? []))
      if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return found
      after = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
    }
  } catch (error) {
    if (isMissing(error)) return found // some servers say so where there is none
    throw s3Error(error, `s3://${bucket}/${key}`)
  }
}

async function asked<T>(at: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw s3Error(error, at)
  }
}

function signalOf(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {}
}

function unquoted(etag: string | undefined): string {
  return (etag ?? '').replace(/^(W\/)?"|"$/g, '')
}
