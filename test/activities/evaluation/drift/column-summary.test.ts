import { columnSummary } from '../../../../activities/evaluation/drift/column-summary'
import { columnCounts, type ColumnCounts } from '../../../../activities/evaluation/profiles/column-counts'
import { columnBins, type ColumnBins } from '../../../../activities/evaluation/profiles/column-bins'

const values = Float64Array.from({ length: 101 }, (_, i) => i)
const countsOf = (bins: ColumnBins, column: Float64Array): ColumnCounts => {
  const counter = columnCounts.create(bins, { min: -Infinity, max: Infinity })
  columnCounts.add(counter, { values: column })
  return columnCounts.extract(counter)
}
const summary = (bins: ColumnBins, column: Float64Array, sampled = false) =>
  columnSummary(bins, countsOf(bins, values), countsOf(bins, column), { values: column, sampled })

test('a numeric column has mean, sd, min, max and quantiles', () => {
  const found = summary(columnBins({ values }), values)
  expect(found.map(({ metric, value }) => [metric, value])).toEqual([
    ['mean', 50],
    ['sd', Math.sqrt((101 * 102) / 12)],
    ['min', 0],
    ['max', 100],
    ['q05', 5],
    ['q25', 25],
    ['q50', 50],
    ['q75', 75],
    ['q95', 95],
  ])
  expect(found[0]).toMatchObject({ nReference: 101, nCurrent: 101, note: null })
})

test('quantiles of a sample say so, moments are of all rows', () => {
  const notes = summary(columnBins({ values }), values, true).map(({ note }) => note)
  expect([notes[0], notes[8]]).toEqual([null, 'sampled'])
})

test('categories that are numbers have moments only, texts nothing', () => {
  const few = columnBins({ values: Float64Array.of(1, 2) })
  expect(summary(few, Float64Array.of(1, 2, 2)).map(({ metric }) => metric)).toEqual([
    'mean',
    'sd',
    'min',
    'max',
  ])
  const texts = columnBins({ dictionary: ['a'], codes: Int32Array.of(0) })
  expect(
    columnSummary(texts, countsOf(few, values), countsOf(few, values), { values, sampled: false }),
  ).toEqual([])
})

test('no values have no summary, and numbers too large for an sd none', () => {
  expect(
    summary(columnBins({ values }), new Float64Array()).every(
      ({ value, note }) => value === null && note !== null,
    ),
  ).toBe(true)
  const sd = summary(columnBins({ values }), Float64Array.of(1e200, -1e200)).find(
    ({ metric }) => metric === 'sd',
  )
  expect(sd!.value).toBeNull()
})
