import { mkdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { objectCache } from '../s3/object-storage'
import { isS3Url } from '../s3/s3-url'
import { uploadFile } from '../s3/upload-file'

/**
 * Moves a file that was written in the store's work folder to its place in the store, whole or not at all. What goes to S3 stays here
 * as a copy.
 * @throws S3_*
 */
export async function keepFile(
  file: { readonly path: string; readonly sha256: string },
  place: string,
  signal?: AbortSignal,
): Promise<void> {
  if (isS3Url(place)) {
    await uploadFile(file.path, place, signal)
    await objectCache().adopt({ url: place, sha256: file.sha256 }, file.path)
  } else if (file.path !== place) {
    await mkdir(path.dirname(place), { recursive: true })
    await rename(file.path, place)
  }
}
