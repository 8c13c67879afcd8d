import { globMatcher, globPrefix, isGlob } from '../../../../activities/data/s3/match-keys'

test.each([
  ['s3://lake/in/month=07/a.parquet', 's3://lake/in/month=07/a.parquet'],
  ['s3://lake/in/month=*/a.parquet', 's3://lake/in/'],
  ['s3://lake/in/a*.parquet', 's3://lake/in/'],
  ['s3://lake/in/**/[ab].parquet', 's3://lake/in/'],
])('of %s S3 is asked to list %s', (pattern, prefix) => {
  expect(globPrefix(pattern)).toBe(prefix)
  expect(isGlob(pattern)).toBe(pattern !== prefix)
})

test.each([
  ['in/*.parquet', 'in/a.parquet', true],
  ['in/*.parquet', 'in/b/a.parquet', false],
  ['in/*.parquet', 'in/.a.parquet', false],
  ['in/month=*/*.parquet', 'in/month=07/a b+ü.parquet', true],
  ['in/**/a.parquet', 'in/a.parquet', true],
  ['in/**/a.parquet', 'in/b/c/a.parquet', true],
  ['in/**/a.parquet', 'in/.b/a.parquet', false],
  ['in/?.csv', 'in/a.csv', true],
  ['in/?.csv', 'in/ab.csv', false],
  ['in/[a-c].csv', 'in/b.csv', true],
  ['in/[!a-c].csv', 'in/b.csv', false],
  ['in/a.csv', 'in/aXcsv', false],
  ['in/(a|b)$.csv', 'in/(a|b)$.csv', true],
])('%s and %s: %s', (pattern, key, expected) => {
  expect(globMatcher(pattern)(key)).toBe(expected)
})
