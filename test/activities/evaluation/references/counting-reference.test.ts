import { countingReference } from '../../../../activities/evaluation/references/counting-reference'
import { referenceCodec } from '../../../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const rows = new Map([['x', { values: Float64Array.from({ length: 5_000 }, (_, i) => Math.sin(i)) }]])
const reference = referenceProfile(rows)

test('rows are counted on it as on the whole one', () => {
  const counted = [reference, countingReference(reference)].map((one) => {
    const profiler = shardProfile.create(one, { shardNo: 0, batchRows: 5_000 })
    shardProfile.add(profiler, rows, rowHashes(5_000))
    return shardProfile.extract(profiler)
  })
  expect(counted[1]).toEqual(counted[0])
})

test('it is small, and the whole one keeps its sample', () => {
  expect(referenceCodec.encode(countingReference(reference)).length).toBeLessThan(1_000)
  expect(reference.columns.get('x')!.sample).toHaveLength(5_000)
})
