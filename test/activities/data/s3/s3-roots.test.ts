import { allowedUrl, splitRoots } from '../../../../activities/data/s3/s3-roots'

test('roots are split like PATH, and the colon of s3:// is no separator', () => {
  expect(splitRoots('/data:s3://lake/flights:/more')).toEqual(['/data', 's3://lake/flights', '/more'])
  expect(splitRoots('')).toEqual([])
})

test('without roots a job may name what the keys reach', () => {
  expect(allowedUrl('s3://lake/a/', {})).toBe('s3://lake/a')
})

test.each(['s3://lake/flights/a.parquet', 's3://lake/flights', 's3://lake/flights/*/a.parquet'])(
  '%s is within s3://lake/flights',
  (url) => expect(allowedUrl(url, { NIGHTSCORE_DATA_ROOTS: '/data:s3://lake/flights/' })).toBe(url),
)

test.each([
  's3://lake/other/a.parquet',
  's3://lake/flights-2/a.parquet',
  's3://lake/*/a.parquet',
  's3://else/flights/a',
])('%s is not', (url) =>
  expect(() => allowedUrl(url, { NIGHTSCORE_DATA_ROOTS: 's3://lake/flights' })).toThrow(
    expect.objectContaining({ code: 'PATH_OUTSIDE_ROOTS' }) as Error,
  ),
)
