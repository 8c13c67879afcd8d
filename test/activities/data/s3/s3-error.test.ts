import { isMissing, s3Error } from '../../../../activities/data/s3/s3-error'

const raised = (name: string, more: object = {}): Error =>
  Object.assign(new Error(`${name}!`), { name }, more)

test.each([
  [raised('NoSuchBucket'), 'S3_BUCKET_NOT_FOUND', false],
  [raised('AccessDenied'), 'S3_ACCESS_DENIED', false],
  [raised('Unknown', { $metadata: { httpStatusCode: 403 } }), 'S3_ACCESS_DENIED', false],
  [raised('SignatureDoesNotMatch'), 'S3_CREDENTIALS', false],
  [raised('CredentialsProviderError'), 'S3_CREDENTIALS', false],
  [raised('RequestTimeTooSkewed'), 'S3_CLOCK_SKEW', false],
  [raised('PermanentRedirect'), 'S3_REGION', false],
  [new Error('Region is missing'), 'S3_REGION', false],
  [raised('Error', { code: 'ECONNREFUSED' }), 'S3_UNREACHABLE', true],
  [raised('TimeoutError'), 'S3_UNREACHABLE', true],
  [raised('SlowDown', { $metadata: { httpStatusCode: 503 } }), 'S3_FAILED', true],
])('%s is %s', (error, code, retryable) => {
  expect(s3Error(error, 's3://lake/a')).toMatchObject({ code, retryable })
  expect(String(s3Error(error, 's3://lake/a'))).toContain('s3://lake/a')
})

test('what S3 did not say stays as it is', () => {
  const other = new TypeError('a defect')
  expect(s3Error(other, 's3://lake/a')).toBe(other)
})

test('a missing object is told from a missing bucket', () => {
  expect(isMissing(raised('NotFound', { $metadata: { httpStatusCode: 404 } }))).toBe(true)
  expect(isMissing(raised('NoSuchBucket', { $metadata: { httpStatusCode: 404 } }))).toBe(false)
})
