import type { ErrorEntry } from './errors'

/** The part of the error catalogue that is about S3. */
export const s3Errors = {
  S3_UNREACHABLE: {
    what: 'The S3 server does not answer',
    fix: 'Check the network, AWS_REGION and AWS_ENDPOINT_URL_S3; the call is repeated by itself.',
    retryable: true,
  },
  S3_FAILED: {
    what: 'The S3 server failed',
    fix: 'The call is repeated by itself; see the server’s status if it goes on.',
    retryable: true,
  },
  S3_BUCKET_NOT_FOUND: {
    what: 'There is no such bucket',
    fix: 'Correct the s3:// path, or make the bucket.',
    retryable: false,
  },
  S3_ACCESS_DENIED: {
    what: 'S3 refuses access',
    fix: 'Grant the key list, read, write and delete there; docs/operations.md lists the permissions.',
    retryable: false,
  },
  S3_CREDENTIALS: {
    what: 'S3 does not take the keys',
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or role, where the worker runs.',
    retryable: false,
  },
  S3_CLOCK_SKEW: {
    what: 'The clocks of this machine and of S3 differ',
    fix: 'Set this machine’s clock.',
    retryable: false,
  },
  S3_REGION: {
    what: 'The bucket is in another region',
    fix: 'Set AWS_REGION to the bucket’s region.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorEntry>
