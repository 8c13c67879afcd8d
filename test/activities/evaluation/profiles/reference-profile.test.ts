import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'

const values = Float64Array.from({ length: 1_000 }, (_, i) => (i * 37) % 1_000)
const columns = (column: ProfileColumn): Map<string, ProfileColumn> => new Map([['x', column]])

test('a reference within the limit keeps all finite values, ascending', () => {
  const { rows, sampled, columns: found } = referenceProfile(columns({ values }))
  expect([rows, sampled]).toEqual([1_000, false])
  expect(found.get('x')!.sample).toEqual(values.slice().sort())
  expect([...found.get('x')!.counts.bins]).toEqual(new Array(10).fill(100))
})

test('a larger one keeps the rows of the smallest hashes and says so; edges and counts are of all rows', () => {
  const hashes = BigUint64Array.from(values, (value) => BigInt(value))
  const profile = referenceProfile(columns({ values }), { hashes, sampleRows: 5 })
  expect(profile.sampled).toBe(true)
  expect([...profile.columns.get('x')!.sample]).toEqual([0, 1, 2, 3, 4])
  expect(profile.columns.get('x')!.counts.moments.n).toBe(1_000)
})

test('without keys the sample goes by row number, the same every time', () => {
  const [one, other] = [0, 0].map(() => referenceProfile(columns({ values }), { sampleRows: 100 }))
  expect(one).toEqual(other)
  expect(one!.columns.get('x')!.sample).toHaveLength(100)
})

test('the range is that of the values, and nothing is outside, unless a rule says otherwise', () => {
  const own = referenceProfile(columns({ values })).columns.get('x')!
  expect([own.range, own.counts.outOfRange]).toEqual([{ min: 0, max: 999 }, 0])
  const ruled = referenceProfile(columns({ values }), {
    ranges: new Map([['x', { min: 10, max: Infinity }]]),
  })
  expect(ruled.columns.get('x')!.counts.outOfRange).toBe(10)
})

test('categories have no sample; a text has an open range', () => {
  const { sample, range } = referenceProfile(
    columns({ dictionary: ['a'], codes: Int32Array.of(0, -1) }),
  ).columns.get('x')!
  expect([sample.length, range]).toEqual([0, { min: -Infinity, max: Infinity }])
})

test('a reference made from a sample says so; one of no columns has no rows', () => {
  expect(referenceProfile(columns({ values }), { sampled: true }).sampled).toBe(true)
  expect(referenceProfile(new Map())).toEqual({ rows: 0, sampled: false, columns: new Map() })
})
