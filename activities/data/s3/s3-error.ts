import { isNativeError } from 'node:util/types'
import { NightscoreError, type ErrorCode } from '../../../schemas/errors'

/** What S3 and its client say, by the code or name of the error, and what it comes to here. */
const codes: Readonly<Record<string, ErrorCode>> = {
  NoSuchBucket: 'S3_BUCKET_NOT_FOUND',
  InvalidBucketName: 'S3_BUCKET_NOT_FOUND',
  AccessDenied: 'S3_ACCESS_DENIED',
  AllAccessDisabled: 'S3_ACCESS_DENIED',
  Forbidden: 'S3_ACCESS_DENIED',
  InvalidAccessKeyId: 'S3_CREDENTIALS',
  SignatureDoesNotMatch: 'S3_CREDENTIALS',
  ExpiredToken: 'S3_CREDENTIALS',
  InvalidToken: 'S3_CREDENTIALS',
  TokenRefreshRequired: 'S3_CREDENTIALS',
  CredentialsProviderError: 'S3_CREDENTIALS',
  RequestTimeTooSkewed: 'S3_CLOCK_SKEW',
  RequestExpired: 'S3_CLOCK_SKEW',
  PermanentRedirect: 'S3_REGION',
  AuthorizationHeaderMalformed: 'S3_REGION',
  IllegalLocationConstraintException: 'S3_REGION',
}

const expectations: Partial<Record<ErrorCode, string>> = {
  S3_BUCKET_NOT_FOUND: 'an existing bucket',
  S3_ACCESS_DENIED: 'a key that may list, read, write and delete there',
  S3_CREDENTIALS:
    'keys that the server knows, in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or another of the SDK’s places',
  S3_CLOCK_SKEW: 'a clock within 15 minutes of the server’s',
  S3_REGION: 'the region of the bucket in AWS_REGION',
  S3_UNREACHABLE: 'an answer',
  S3_FAILED: 'an answer without an error',
}

const unreachable =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|TimeoutError|socket hang up|aborted|NetworkingError|IncompleteBody/i

/** An error of the S3 client as one of the catalogue's, naming bucket and key; others as they are. */
export function s3Error(error: unknown, at: string): unknown {
  if (error instanceof NightscoreError || !isNativeError(error)) return error
  const code = codeOf(error)
  if (code === null) return error
  return new NightscoreError(code, {
    found: `${error.message || error.name} (${at})`,
    expected: expectations[code] ?? 'an answer',
    cause: error,
  })
}

/** Is it that there is no such object? HEAD says so without a code. */
export function isMissing(error: unknown): boolean {
  return (
    isNativeError(error) &&
    (['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(error.name) ||
      (statusOf(error) === 404 && error.name !== 'NoSuchBucket'))
  )
}

/** Is it that the object is another one than was asked for? */
export function isOtherVersion(error: unknown): boolean {
  return isNativeError(error) && (error.name === 'PreconditionFailed' || statusOf(error) === 412)
}

function codeOf(error: Error): ErrorCode | null {
  const known = codes[error.name]
  if (known !== undefined) return known
  if (/region is missing/i.test(error.message)) return 'S3_REGION'
  const status = statusOf(error)
  if (status === 403 || status === 401) return 'S3_ACCESS_DENIED'
  if (status === 301) return 'S3_REGION'
  const code = 'code' in error ? String(error.code) : ''
  if (unreachable.test(`${error.name} ${code} ${error.message}`)) return 'S3_UNREACHABLE'
  return status === undefined ? null : 'S3_FAILED'
}

function statusOf(error: Error): number | undefined {
  const metadata = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : undefined
  return metadata?.httpStatusCode
}
