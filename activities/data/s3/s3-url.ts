import { NightscoreError } from '../../../schemas/errors'
import { parseS3Url as parse, type S3Place } from '../../../schemas/s3-url'

/** Does a path name objects in S3, and no file of this machine? */
export const isS3Url = (path: string): boolean => path.startsWith('s3://')

/** @throws JOB_INVALID where it is no s3://bucket/key */
export function parseS3Url(url: string): S3Place {
  const place = parse(url)
  if (place !== null) return place
  throw new NightscoreError('JOB_INVALID', {
    found: url,
    expected:
      's3://bucket/key, the bucket of small letters, digits, dots and hyphens; keys and endpoint come from AWS_*',
  })
}

/** A place below another one: of S3, or of this machine's folders. @example s3Join('s3://lake/out/', 'a.parquet') */
export function s3Join(url: string, ...names: readonly string[]): string {
  return [url.replace(/\/+$/, ''), ...names].join('/')
}
