/** Where objects are. */
export interface S3Place {
  readonly bucket: string
  /** Without a slash at its start; '' is the whole bucket. */
  readonly key: string
}

/** @returns null for what is no s3://bucket/key; a URL with a user, password or query is none */
export function parseS3Url(url: string): S3Place | null {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^\0]*))?$/.exec(url) ?? []
  if (bucket === undefined || key.startsWith('/') || /(^|\/)\.\.?(\/|$)/.test(key)) return null
  return { bucket, key }
}

/** A path of this machine, or of S3: no other scheme, and no secret in it. */
export function isPathOrS3(path: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(path) || parseS3Url(path) !== null
}
