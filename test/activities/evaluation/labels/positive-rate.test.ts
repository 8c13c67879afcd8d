import { positiveRate } from '../../../../activities/evaluation/labels/positive-rate'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile } from '../../../../activities/evaluation/profiles/shard-profile'

const labels = (...codes: number[]) => ({ dictionary: ['false', 'true'], codes: Int32Array.from(codes) })
const reference = referenceProfile(new Map([['label/late', labels(0, 0, 0, 1)]]))

test('is the share of true labels, beside the reference’s', () => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 4 })
  shardProfile.add(profiler, new Map([['label/late', labels(1, 1, 0, -1)]]), rowHashes(4))
  expect(positiveRate(reference, shardProfile.extract(profiler))).toMatchObject({
    scope: 'label',
    column: 'late',
    value: 2 / 3,
    nCurrent: 3,
    nReference: 4,
    verdict: 'none',
    reason: '0.2500 in the reference',
  })
})

test('labels of classes and numbers have none', () => {
  for (const column of [
    { dictionary: ['a', 'true'], codes: Int32Array.of(0, 1) },
    { values: Float64Array.of(1, 2) },
  ]) {
    const other = referenceProfile(new Map([['label/late', column]]))
    const profiler = shardProfile.create(other, { shardNo: 0, batchRows: 2 })
    shardProfile.add(profiler, new Map([['label/late', column]]), rowHashes(2))
    expect(positiveRate(other, shardProfile.extract(profiler))).toBeNull()
  }
})
