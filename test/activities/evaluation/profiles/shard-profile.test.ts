import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const columns = (rows: number): Map<string, ProfileColumn> =>
  new Map<string, ProfileColumn>([
    ['x', { values: Float64Array.from({ length: rows }, (_, i) => i) }],
    ['t', { dictionary: ['a', 'b'], codes: Int32Array.from({ length: rows }, (_, i) => (i % 3) - 1) }],
  ])
const reference = referenceProfile(columns(1_000))

test('the reference’s own rows have the reference’s counts, in batches too', () => {
  const profiler = shardProfile.create(reference, { shardNo: 3, batchRows: 1_000 })
  const hashes = rowHashes(1_000)
  const [x, t] = [columns(1_000).get('x'), columns(1_000).get('t')]
  if (x === undefined || !('values' in x) || t === undefined || !('codes' in t))
    throw new Error('no such column')
  for (let start = 0; start < 1_000; start += 300) {
    const batch = new Map<string, ProfileColumn>([
      ['x', { values: x.values.subarray(start, start + 300) }],
      ['t', { ...t, codes: t.codes.subarray(start, start + 300) }],
    ])
    shardProfile.add(profiler, batch, hashes.subarray(start, start + 300))
  }
  const found = shardProfile.extract(profiler)
  expect([found.shardNo, found.rows]).toEqual([3, 1_000])
  for (const [name, { counts }] of reference.columns) expect(found.columns.get(name)).toEqual(counts)
  expect(found.sample.hashes).toEqual(hashes.slice().sort())
  const sampled = found.sample.columns.get('x')!
  expect('values' in sampled && sampled.values.slice().sort()).toEqual(x.values)
  expect(found.sample.columns.get('t')).toMatchObject({ dictionary: ['a', 'b'] })
})

test('of a large batch a shard keeps the share 1.2 k / rows', () => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 12_000, sampleRows: 1_000 })
  shardProfile.add(profiler, columns(6_000), rowHashes(6_000))
  const { hashes } = shardProfile.extract(profiler).sample
  expect(Math.abs(hashes.length - 600)).toBeLessThan(75)
  expect(hashes.every((hash) => hash < 2n ** 64n / 10n)).toBe(true)
})

test('a column that is gone or of another type is broken, the others go on', () => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 10 })
  shardProfile.add(profiler, new Map([['t', { values: new Float64Array(10) }]]), rowHashes(10))
  shardProfile.add(profiler, columns(10), rowHashes(10))
  expect([...shardProfile.extract(profiler).columns]).toEqual([
    ['x', { error: 'the rows have no such column' }],
    ['t', { error: 'the column is of type number, its reference of text' }],
  ])
  const one = shardProfile.create(reference, { shardNo: 0, batchRows: 10 })
  shardProfile.add(one, new Map([...columns(10), ['t', { values: new Float64Array(10) }]]), rowHashes(10))
  expect(shardProfile.extract(one).columns.get('x')).toMatchObject({ missing: 0, moments: { n: 10 } })
})

test('columns that the reference lacks are sampled, not counted; without any reference all are', () => {
  const more = new Map([...columns(10), ['new', { values: new Float64Array(10) }]])
  for (const [before, counted] of [
    [reference, ['x', 't']],
    [null, []],
  ] as const) {
    const profiler = shardProfile.create(before, { shardNo: 0, batchRows: 10 })
    shardProfile.add(profiler, more, rowHashes(10))
    const { rows, columns: found, sample } = shardProfile.extract(profiler)
    expect([rows, [...found.keys()]]).toEqual([10, counted])
    expect([...sample.columns.keys()]).toEqual(['new', 't', 'x'])
  }
})

test('a column of another type than the reference is sampled as it is', () => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 2 })
  shardProfile.add(profiler, new Map([['t', { values: Float64Array.of(7, 7) }]]), rowHashes(2))
  expect(shardProfile.extract(profiler).sample.columns.get('t')).toMatchObject({
    values: Float64Array.of(7, 7),
  })
})

test('a reference without columns counts rows', () => {
  const profiler = shardProfile.create(referenceProfile(new Map()), { shardNo: 0, batchRows: 0 })
  shardProfile.add(profiler, new Map(), rowHashes(4))
  expect(shardProfile.extract(profiler).rows).toBe(4)
})

test('as many hashes as rows are needed', () => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 10 })
  expect(() => shardProfile.add(profiler, columns(10), rowHashes(9))).toThrow(
    'there are 10 rows and 9 hashes',
  )
})
