import fc from 'fast-check'
import { confusionIntervals } from '../../../../activities/evaluation/accuracy/confusion-intervals'
import { multiclassConfusion } from '../../../../activities/evaluation/stats/multiclass-confusion'

const tables = fc
  .integer({ min: 2, max: 4 })
  .chain((classCount) =>
    fc
      .array(fc.integer({ min: 1, max: 60 }), { minLength: classCount ** 2, maxLength: classCount ** 2 })
      .map((counts) => ({ classCount, counts: Float64Array.from(counts) })),
  )

type Table = { classCount: number; counts: Float64Array }
const metrics = {
  mcc: (table: Table) => multiclassConfusion.extract(table)!.mcc,
  cohenKappa: (table: Table) => multiclassConfusion.extract(table)!.cohenKappa!,
  macroPrecision: (table: Table) => multiclassConfusion.extract(table)!.macro.precision,
  macroRecall: (table: Table) => multiclassConfusion.extract(table)!.macro.recall,
  macroF1: (table: Table) => multiclassConfusion.extract(table)!.macro.f1,
  weightedPrecision: (table: Table) => multiclassConfusion.extract(table)!.weighted.precision,
  weightedF1: (table: Table) => multiclassConfusion.extract(table)!.weighted.f1,
}

/** Sum over cells of count x derivative², the derivative by central differences. */
function errorOf(table: Table, metric: (table: Table) => number): number {
  return Math.sqrt(
    table.counts.reduce((sum, rows, cell) => {
      const moved = (by: number): number => metric({ ...table, counts: table.counts.map((count, i) => (i === cell ? count + by : count)) }) // prettier-ignore
      const step = 1e-4 * rows
      return sum + rows * ((moved(step) - moved(-step)) / (2 * step)) ** 2
    }, 0),
  )
}

test.each(Object.keys(metrics) as (keyof typeof metrics)[])(
  'the half width of %s is that of numeric derivatives',
  (name) => {
    fc.assert(
      fc.property(tables, (table) => {
        const [value, found] = [metrics[name](table), confusionIntervals(table)[name]!]
        const margin = 1.959963984540054 * errorOf(table, metrics[name])
        expect(found.upper).toBeCloseTo(Math.min(1, value + margin), 6)
        expect(found.lower).toBeCloseTo(Math.max(name === 'mcc' || name === 'cohenKappa' ? -1 : 0, value - margin), 6) // prettier-ignore
      }),
      { numRuns: 50 },
    )
  },
)

test('without rows there is no interval; with one class no interval of mcc and kappa', () => {
  const nothing = confusionIntervals(multiclassConfusion.create(3))
  expect(Object.values(nothing)).toEqual(Object.keys(metrics).map(() => null))
  const oneClass = confusionIntervals({ classCount: 2, counts: Float64Array.of(9, 0, 0, 0) })
  expect(oneClass.mcc).toBeNull()
  expect(oneClass.cohenKappa).toBeNull()
})
