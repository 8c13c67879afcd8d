import { isPathOrS3, parseS3Url } from '../../schemas/s3-url'

test('a URL is taken apart into bucket and key', () => {
  expect(parseS3Url('s3://lake/in/month={MM}/*.parquet')).toEqual({
    bucket: 'lake',
    key: 'in/month={MM}/*.parquet',
  })
  expect(parseS3Url('s3://lake')).toEqual({ bucket: 'lake', key: '' })
  expect(parseS3Url('s3://lake/out/')).toEqual({ bucket: 'lake', key: 'out/' })
})

test.each([
  's3://key:secret@lake/a',
  's3://Lake/a',
  's3://l/a',
  's3:///a',
  's3://lake//a',
  's3://lake/../a',
  'http://lake/a',
])('%s is no place of S3, and no path', (url) => {
  expect(parseS3Url(url)).toBeNull()
  expect(isPathOrS3(url)).toBe(false)
})

test('what has no scheme is a path', () => expect(isPathOrS3('data/a=1/*.parquet')).toBe(true))
