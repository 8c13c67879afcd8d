import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Upload } from '@aws-sdk/lib-storage'
import { uploadPartBytes } from './byte-ranges'
import { s3Client } from './s3-client'
import { s3Error } from './s3-error'
import { parseS3Url } from './s3-url'

/** Parts in memory at once. */
const partsAtOnce = 2

/**
 * Uploads a file, in parts where it is large. It is there whole or not at all; a failed upload leaves no parts, a killed process
 * leaves them to abortUploads.
 * @throws S3_*
 */
export async function uploadFile(file: string, url: string, signal?: AbortSignal): Promise<void> {
  const { bucket, key } = parseS3Url(url)
  const { size } = await stat(file)
  signal?.throwIfAborted()
  const body = createReadStream(file, { highWaterMark: 1 << 20 })
  const upload = new Upload({
    client: s3Client(),
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: uploadPartBytes(size),
    queueSize: partsAtOnce,
    leavePartsOnError: false,
  })
  const abort = (): void => void upload.abort().catch(() => undefined)
  signal?.addEventListener('abort', abort)
  try {
    await upload.done()
  } catch (error) {
    signal?.throwIfAborted()
    throw s3Error(error, url)
  } finally {
    signal?.removeEventListener('abort', abort)
    body.destroy()
  }
}
