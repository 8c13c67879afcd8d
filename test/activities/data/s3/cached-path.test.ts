import { cachedPath, versionId } from '../../../../activities/data/s3/cached-path'

test.each([
  ['s3://lake/flights/month=07/a.parquet', 'month=07/a.parquet'],
  ['s3://lake/x/year=2013/raw/month=07/a b+ü.parquet', 'year=2013/month=07/a b+ü.parquet'],
  ['s3://lake/a.parquet', 'a.parquet'],
  [`s3://lake/${'x'.repeat(300)}.csv`, 'object.csv'],
  [`s3://lake/k=${'x'.repeat(300)}/a.csv`, 'a.csv'],
])('a copy of %s has its hive folders and its name', (url, expected) => {
  expect(cachedPath(url)).toBe(expected)
})

test('another version is another entry', () => {
  const url = 's3://lake/a.parquet'
  expect(versionId({ url, etag: 'a' })).not.toBe(versionId({ url, etag: 'b' }))
  expect(versionId({ url })).toBe(versionId({ url, etag: undefined }))
})
