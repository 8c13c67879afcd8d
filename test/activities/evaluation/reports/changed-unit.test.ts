import { changedUnit } from '../../../../activities/evaluation/reports/changed-unit'
import { composeReport } from '../../../../activities/evaluation/reports/compose-report'
import { unitConversions } from '../../../../activities/evaluation/reports/unit-conversions'
import type { ReportColumn } from '../../../../schemas/report'
import { flights, mapped, nightParts } from './flights-night'

/** A column of flights with its numbers changed, under another name. */
function columnOf(column: string, change: (value: number) => number, name = column): ReportColumn {
  const columns = flights(943, 2)
  columns.set(`feature/${column}`, mapped(columns.get(`feature/${column}`), change))
  const found = composeReport(nightParts(columns)).columns.find((one) => one.column === column)!
  return { ...found, column: name }
}

test.each(unitConversions.map((conversion) => [conversion.what, conversion] as const))(
  '%s is told where it happened',
  (what, { factor, offset, names }) => {
    const source = /Fahr|Cels|kelv/.test(what) ? 'temp' : 'distance'
    // a column whose name speaks for it, or for nothing
    const name =
      ['temp', 'speed', 'distance', 'weight', 'pressure', 'delay'].find((one) => names?.test(one)) ?? 'x'
    expect(changedUnit(columnOf(source, (value) => value * factor + offset, name))).toContain(what)
  },
)

test.each<[string, (value: number) => number]>([
  ['nothing', (f) => f],
  ['a warm night', (f) => f + 12],
  ['a calm night', (f) => 72 + (f - 72) / 4],
  ['a wild night', (f) => 72 + (f - 72) * 2],
  ['another sign', (f) => -f],
])('%s is no unit', (_, change) => {
  expect(changedUnit(columnOf('temp', change))).toBeNull()
})

test('numbers that grew by less than a unit explains are no unit', () => {
  expect(changedUnit(columnOf('distance', (miles) => miles * 1.4))).toBeNull()
})

test('a column without values, or of one value, has no unit to change', () => {
  const column = columnOf('temp', (f) => f)
  expect(changedUnit({ ...column, current: null })).toBeNull()
  expect(changedUnit({ ...column, reference: { ...column.reference!, sd: 0 } })).toBeNull()
})

test('of numbers with few values, which have no quantiles, means and spreads tell', () => {
  const { histogram: _, ...column } = columnOf('temp', (f) => ((f - 32) * 5) / 9)
  expect(changedUnit({ ...column, histogram: null })).toMatch(/^temp looks like Fahrenheit turned Celsius/)
})
