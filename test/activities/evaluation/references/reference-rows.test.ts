import { referenceRows } from '../../../../activities/evaluation/references/reference-rows'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'

test('a column is told with its scope, moments, bins and counts', () => {
  const values = Float64Array.from({ length: 103 }, (_, i) => i)
  values.set([NaN, Infinity, -Infinity], 100)
  const columns = new Map<string, ProfileColumn>([
    ['feature/x', { values }],
    ['label/label', { dictionary: ['a\0', 'b'], codes: Int32Array.from(values, (_, i) => (i % 3) - 1) }],
  ])
  const ranges = new Map([['feature/x', { min: 1, max: 98 }]])
  const [x, label] = referenceRows(referenceProfile(columns, { ranges }))
  expect(x).toMatchObject({ scope: 'feature', column_name: 'x', kind: 'numeric', rows: 103, missing: 0 })
  expect(x).toMatchObject({ not_a_number: 1, infinite: 2, out_of_range: 2, mean: 49.5, min: 0, max: 99 })
  expect([x!.bins.length, x!.counts]).toEqual([9, new Array(10).fill(10)])
  expect(label).toMatchObject({ scope: 'label', kind: 'categorical', missing: 35, mean: null, min: null })
  expect([label!.bins, label!.counts]).toEqual([
    ['a\ufffd', 'b'],
    [34, 34, 0, 0],
  ])
})

test('what is not finite becomes null: JSON has no word for it', () => {
  const values = Float64Array.of(1e300, -1e300)
  const [row] = referenceRows(referenceProfile(new Map([['feature/x', { values }]])))
  expect(row).toMatchObject({ sd: null, min: -1e300, max: 1e300 })
})
