import fc from 'fast-check'
import { columnDistances } from '../../../../activities/evaluation/drift/column-distances'
import type { MetricDraft } from '../../../../activities/evaluation/drift/metric-draft'
import { columnCounts } from '../../../../activities/evaluation/profiles/column-counts'
import { finiteValues } from '../../../../activities/evaluation/profiles/finite-values'
import { isTextColumn, type ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'

const distances = (before: ProfileColumn, now: ProfileColumn, sampled = false): Map<string, MetricDraft> => {
  const reference = referenceProfile(new Map([['x', before]])).columns.get('x')!
  const counter = columnCounts.create(reference.bins, reference.range)
  columnCounts.add(counter, now)
  const values = isTextColumn(now) ? new Float64Array() : finiteValues(now)
  const drafts = columnDistances(reference, columnCounts.extract(counter), { values, sampled })
  return new Map(drafts.map((draft) => [draft.metric, draft]))
}
const upTo = (count: number, from = 0): ProfileColumn => ({
  values: Float64Array.from({ length: count }, (_, i) => i + from),
})
const texts = (...codes: number[]): ProfileColumn => ({
  dictionary: ['a', 'b'],
  codes: Int32Array.from(codes),
})

test('a numeric column has psi, js_distance, ks and wasserstein, one chi-square test between them', () => {
  const found = distances(upTo(100), upTo(100, 50))
  expect([...found.keys()]).toEqual(['psi', 'js_distance', 'ks', 'wasserstein', 'chi_square'])
  expect(found.get('ks')).toMatchObject({ value: 0.5, statistic: 0.5, nReference: 100, nCurrent: 100 })
  expect(found.get('wasserstein')!.value).toBeCloseTo(50 / Math.sqrt((100 * 101) / 12), 12)
  expect(new Set([...found.values()].map(({ test: ofColumn }) => ofColumn)).size).toBe(1)
  expect(found.get('psi')!.pValue).toBe(found.get('chi_square')!.pValue)
  expect(found.get('ks')!.pValue).not.toBe(found.get('psi')!.pValue)
})

test('a categorical one has triangular and cramers_v instead', () => {
  const found = distances(texts(0, 0, 0, 1), texts(0, 1, 1, 1))
  expect([...found.keys()]).toEqual(['psi', 'js_distance', 'triangular', 'cramers_v', 'chi_square'])
  expect(found.get('triangular')!.value).toBeCloseTo(0.5, 12)
  expect(found.get('cramers_v')!.value).toBeCloseTo(0.5, 12)
  expect(found.get('psi')!.value).toBeCloseTo(Math.log(3), 12)
})

test('a column against itself has distance 0', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 2, maxLength: 60 }), (list) => {
      const column = { values: Float64Array.from(list) }
      for (const { metric, value: distance } of distances(column, column).values())
        expect([metric, distance ?? 0]).toEqual([metric, 0])
    }),
  )
})

test('all values in one bin have no distance between bins and no test', () => {
  const found = distances({ values: Float64Array.of(4, 4) }, { values: Float64Array.of(4, 4, 4) })
  expect(found.get('psi')).toMatchObject({
    value: null,
    test: null,
    note: 'all values of both sides are in one bin',
  })
})

test('a side without values is named', () => {
  const nothing = { values: Float64Array.of(NaN) }
  expect(distances(upTo(30), nothing).get('ks')).toMatchObject({
    value: null,
    note: 'the current rows have no values',
  })
  expect(distances(nothing, upTo(30)).get('psi')).toMatchObject({
    value: null,
    note: 'the reference has no values',
  })
})

test('too few rows outside one bin for a test leave the distance, and no p value', () => {
  const found = distances(
    texts(...new Array<number>(300).fill(0)),
    texts(...new Array<number>(300).fill(0), 1),
  )
  expect(found.get('psi')!.value).toBeGreaterThan(0)
  expect(found.get('chi_square')).toMatchObject({
    value: null,
    note: 'too few rows outside one bin for a test',
  })
})

test('what comes from sampled values says so, what comes from counts does not', () => {
  const found = distances(upTo(100), upTo(90), true)
  expect(['psi', 'ks', 'wasserstein'].map((metric) => found.get(metric)!.note)).toEqual([
    null,
    'sampled',
    'sampled',
  ])
})
