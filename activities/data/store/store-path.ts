import path from 'node:path'
import { isS3Url, s3Join } from '../s3/s3-url'

/** A place in the store, which is a folder or s3://bucket/prefix. */
export function storePath(store: string, ...names: readonly string[]): string {
  return isS3Url(store) ? s3Join(store, ...names) : path.join(store, ...names)
}
