import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { sampleColumns } from '../../../../activities/evaluation/profiles/sample-columns'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

test('a reference made of the sample of all rows counts as one made of the rows', () => {
  const columns = new Map([
    ['feature/t', { dictionary: ['b', 'a'], codes: Int32Array.from({ length: 90 }, (_, i) => (i % 3) - 1) }],
    ['feature/x', { values: Float64Array.from({ length: 90 }, (_, i) => i) }],
  ])
  const profiler = shardProfile.create(null, { shardNo: 0, batchRows: 90 })
  shardProfile.add(profiler, columns, rowHashes(90))
  const { sample } = shardProfile.extract(profiler)
  const [found, expected] = [sampleColumns(sample), columns].map((rows) => referenceProfile(rows))
  for (const [name, { bins, counts }] of expected!.columns) {
    const { moments, ...integers } = counts
    expect(found!.columns.get(name)).toMatchObject({ bins, counts: integers })
    expect(found!.columns.get(name)!.counts.moments.n).toBe(moments.n)
  }
})
