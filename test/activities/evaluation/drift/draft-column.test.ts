import { draftColumn } from '../../../../activities/evaluation/drift/draft-column'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { rowHashes } from '../../../../activities/evaluation/profiles/row-hashes'
import { shardProfile, type Profile } from '../../../../activities/evaluation/profiles/shard-profile'

const columns = new Map<string, ProfileColumn>([
  ['x', { values: Float64Array.from({ length: 300 }, (_, i) => i) }],
])
const reference = referenceProfile(columns)
const profileOf = (sampleRows: number): Profile => {
  const profiler = shardProfile.create(reference, { shardNo: 0, batchRows: 300, sampleRows })
  shardProfile.add(profiler, columns, rowHashes(300))
  return shardProfile.extract(profiler)
}

test('a column has its distances and summary, and its rates as quality', () => {
  const { own, quality } = draftColumn('x', reference, profileOf(300))
  expect(own.map(({ metric }) => metric)).toEqual(
    expect.arrayContaining(['psi', 'ks', 'chi_square', 'mean', 'q50']),
  )
  expect(quality.map(({ metric }) => metric)).toEqual(
    expect.arrayContaining(['missing_rate', 'out_of_range_rate']),
  )
  expect(own.find(({ metric }) => metric === 'ks')).toMatchObject({ value: 0, note: null, nCurrent: 300 })
})

test('where either side is a sample, what rests on raw values says so', () => {
  const noteOf = (before: typeof reference, now: Profile): unknown =>
    draftColumn('x', before, now).own.find(({ metric }) => metric === 'ks')!.note
  expect(noteOf(reference, profileOf(50))).toBe('sampled')
  expect(noteOf({ ...reference, sampled: true }, profileOf(300))).toBe('sampled')
})

test('what cannot be compared says why', () => {
  const whole = profileOf(300)
  const broken = { ...whole, columns: new Map([['x', { error: 'no numbers' }]]) }
  expect(() => draftColumn('x', reference, broken)).toThrow('no numbers')
  expect(() => draftColumn('x', reference, { ...whole, columns: new Map() })).toThrow(
    'the current rows have no such column',
  )
  expect(() => draftColumn('x', referenceProfile(new Map()), whole)).toThrow(
    'the reference has no such column',
  )
})
