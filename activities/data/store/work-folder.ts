import path from 'node:path'
import { objectCache } from '../s3/object-storage'
import { isS3Url } from '../s3/s3-url'

/**
 * The folder of this machine that files are written in before they are kept: the store itself, or, where the store is in S3, one of
 * this process's own.
 */
export function workFolder(store: string): string {
  return isS3Url(store) ? path.join(objectCache().ownFolder, 'work') : store
}
