import { qualityRates } from '../../../../activities/evaluation/drift/quality-rates'
import type { MetricDraft } from '../../../../activities/evaluation/drift/metric-draft'
import { columnCounts } from '../../../../activities/evaluation/profiles/column-counts'
import type { ProfileColumn } from '../../../../activities/evaluation/profiles/profile-column'
import { referenceProfile } from '../../../../activities/evaluation/profiles/reference-profile'
import { wilsonInterval } from '../../../../activities/evaluation/stats/wilson-interval'

const rates = (before: ProfileColumn, now: ProfileColumn): Map<string, MetricDraft> => {
  const reference = referenceProfile(new Map([['x', before]])).columns.get('x')!
  const counter = columnCounts.create(reference.bins, reference.range)
  columnCounts.add(counter, now)
  return new Map(qualityRates(reference, columnCounts.extract(counter)).map((draft) => [draft.metric, draft]))
}
const numbers = (...values: number[]): ProfileColumn => ({ values: Float64Array.from(values) })
const texts = (...codes: number[]): ProfileColumn => ({
  dictionary: ['a', 'b'],
  codes: Int32Array.from(codes),
})
const ramp = numbers(...Array.from({ length: 100 }, (_, i) => i))

test('missing is of all rows, with its interval, its test and the difference to the reference', () => {
  const found = rates(texts(0, 0, 0, 0, -1), texts(0, 0, -1, -1))
  const { low, high } = wilsonInterval(2, 4)!
  const draft = found.get('missing_rate')!
  expect(draft).toMatchObject({ value: 0.5, ciLo: low, ciHi: high, nReference: 5, nCurrent: 4 })
  expect(draft.effect).toBeCloseTo(0.3, 12)
  expect(draft.statistic).toBeGreaterThan(0)
  expect(found.get('missing_rate_difference')!.value).toBeCloseTo(0.3, 12)
})

test('a rate that fell has a negative effect: it is no harm', () => {
  const found = rates(texts(0, 0, -1, -1), texts(0, 0, 0, 0, -1))
  expect(found.get('missing_rate')!.effect).toBeCloseTo(-0.3, 12)
  expect(found.get('missing_rate_difference')!.value).toBeCloseTo(-0.3, 12)
})

test('unseen is of the rows that are not missing', () => {
  expect(rates(texts(0, 0), texts(0, 1, 1, 1, -1)).get('unseen_rate')).toMatchObject({
    value: 0.75,
    nCurrent: 4,
  })
})

test('out of range is of the rows that are not missing, NaN and infinity are rates of their own', () => {
  const found = rates(ramp, numbers(5, -1, 100, NaN, Infinity))
  expect(found.get('out_of_range_rate')).toMatchObject({ value: 0.4, nCurrent: 5 })
  expect([found.get('nan_rate')!.value, found.get('infinite_rate')!.value]).toEqual([0.2, 0.2])
})

test('which rates there are depends on the column', () => {
  const named = (before: ProfileColumn): string[] =>
    [...rates(before, before).keys()].filter((name) => !name.endsWith('_difference'))
  expect(named(texts(0))).toEqual(['missing_rate', 'unseen_rate'])
  expect(named(ramp)).toEqual(['missing_rate', 'out_of_range_rate'])
  expect(named(numbers(1, 2))).toEqual(['missing_rate', 'unseen_rate', 'out_of_range_rate'])
  expect(named(numbers(1, NaN))).toContain('nan_rate')
})

test('rates that are 0 on both sides have no effect, and count as a test with p = 1', () => {
  expect(rates(ramp, ramp).get('missing_rate')).toMatchObject({
    value: 0,
    effect: 0,
    pValue: 1,
  })
})

test('without rows there is no rate', () => {
  expect(rates(ramp, numbers()).get('missing_rate')).toMatchObject({
    value: null,
    note: 'the current rows have no values',
  })
  expect(rates(numbers(), ramp).get('missing_rate')).toMatchObject({ value: 0, effect: null, test: null })
})
