import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { NightscoreError } from '../../../schemas/errors'
import { inWindow } from '../../../workflows/plan/in-window'
import { fileSha256 } from '../source-file'
import { byteRanges, type ByteRange } from './byte-ranges'
import { changed, headObject, openRange } from './objects'
import { s3Error } from './s3-error'

/** Ranges that are fetched at once, and their bytes: streamed to disk, so memory holds some buffers of each. */
const rangesAtOnce = 4
const rangeBytes = 16 * 2 ** 20
/** The client repeats requests; a body that breaks off half-way is ours to ask for again. */
const attempts = 4

export interface Wanted {
  readonly url: string
  /** The version; undefined: an object that is never written twice. */
  readonly etag?: string | undefined
  readonly sizeBytes?: number | undefined
  /** What the bytes must come to, in hex; null: not known. */
  readonly sha256?: string | null | undefined
}

/**
 * Fetches an object into a new file, in ranges of one version.
 * @throws SOURCE_CHANGED, STORE_CORRUPT, S3_*
 */
export async function downloadObject(wanted: Wanted, file: string, signal?: AbortSignal): Promise<void> {
  const { url, sha256 } = wanted
  const { etag, sizeBytes } = await versionOf(wanted, signal)
  const handle = await open(file, 'wx')
  await handle.truncate(sizeBytes)
  await handle.close()
  const ranges = byteRanges(sizeBytes, rangeBytes)
  const stop = new AbortController()
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  await inWindow(ranges, rangesAtOnce, async (range) => {
    try {
      await fetchRange({ url, etag, sizeBytes }, range, file, both)
    } catch (error) {
      stop.abort()
      throw error
    }
  })
  if (typeof sha256 !== 'string') return
  const found = await fileSha256(file)
  if (found !== sha256)
    throw new NightscoreError('STORE_CORRUPT', { found: `${url} with sha256 ${found}`, expected: sha256 })
}

async function versionOf({ url, etag, sizeBytes }: Wanted, signal?: AbortSignal): Promise<Required<Version>> {
  if (etag !== undefined && sizeBytes !== undefined) return { url, etag, sizeBytes }
  const found = await headObject(url, signal)
  if (found === null)
    throw new NightscoreError('STORE_CORRUPT', {
      found: `no ${url}`,
      expected: 'the object that was written',
    })
  return { url, etag: found.etag, sizeBytes: found.sizeBytes }
}

interface Version {
  readonly url: string
  readonly etag: string
  readonly sizeBytes: number
}

async function fetchRange(
  { url, etag, sizeBytes }: Version,
  range: ByteRange,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      const { body, sizeBytes: now } = await openRange(url, range, etag, signal)
      if (now !== sizeBytes) {
        body.destroy()
        throw changed(url, `with ${now} bytes`, etag)
      }
      const out = createWriteStream(file, { flags: 'r+', start: range.start })
      await pipeline(body, out, { signal })
      const missing = range.end - range.start - out.bytesWritten
      if (missing !== 0)
        throw Object.assign(new Error(`${missing} bytes of a range are missing`), { name: 'IncompleteBody' })
      return
    } catch (cause) {
      signal.throwIfAborted()
      const error = s3Error(cause, url)
      const again = error instanceof NightscoreError && error.retryable && attempt < attempts
      if (!again) throw error
      await sleep(100 * 4 ** attempt, undefined, { signal })
    }
}
