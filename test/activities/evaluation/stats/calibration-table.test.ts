import fc from 'fast-check'
import {
  calibrationTable,
  type CalibrationTable,
} from '../../../../activities/evaluation/stats/calibration-table'

const of = (
  scores: readonly number[],
  labels: readonly number[],
  weights?: readonly number[],
): CalibrationTable =>
  calibrationTable.add(
    calibrationTable.create(),
    Float64Array.from(scores),
    Uint8Array.from(labels),
    weights && Uint8Array.from(weights),
  )
const rowsByBin = (table: CalibrationTable): number[] =>
  calibrationTable.extract(table).map((bin) => bin.rows)

test('a bin says how many rows it has, what they promised and what came', () => {
  const bins = calibrationTable.extract(of([0.61, 0.69, 0.65], [1, 0, 1]))
  expect(bins).toHaveLength(10)
  expect(bins[6]).toEqual({
    lower: 6 * 0.1,
    upper: 7 * 0.1,
    rows: 3,
    meanScore: expect.closeTo(0.65, 14),
    positiveShare: 2 / 3,
  })
  expect(bins[0]).toEqual({ lower: 0, upper: 0.1, rows: 0, meanScore: null, positiveShare: null })
  expect(bins[9]!.upper).toBe(1)
})

test('a score on a border belongs to the bin below, 0 to the first', () => {
  const borders = Array.from({ length: 11 }, (_, k) => (k === 10 ? 1 : k * 0.1))
  expect(rowsByBin(of(borders, new Array<number>(11).fill(0)))).toEqual([2, 1, 1, 1, 1, 1, 1, 1, 1, 1])
})

test('what is outside of [0, 1] belongs to the first or last bin, what is not finite to none', () => {
  const table = of([-0.5, 1.5, NaN, Infinity, -Infinity], [0, 0, 0, 0, 0])
  expect(rowsByBin(table)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
})

const rows = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(1), fc.integer({ min: 0, max: 4 })),
  { maxLength: 50 },
)

test('every bin holds only what lies within it, and no row is lost', () => {
  fc.assert(
    fc.property(rows, (some) => {
      let total = 0
      for (const bin of calibrationTable.extract(
        of(
          some.map(([score]) => score),
          some.map(([, label]) => label),
        ),
      )) {
        // prettier-ignore
        total += bin.rows
        if (bin.meanScore === null) continue
        expect(bin.meanScore >= bin.lower - 1e-12 && bin.meanScore <= bin.upper + 1e-12).toBe(true)
      }
      expect(total).toBe(some.length)
    }),
  )
})

test('a row of weight w is a row given w times', () => {
  fc.assert(
    fc.property(rows, (some) => {
      const [scores, labels] = [some.map(([score]) => score), some.map(([, label]) => label)]
      const weighted = of(scores, labels, some.map(([, , weight]) => weight)) // prettier-ignore
      const repeated = some.flatMap(([score, label, weight]) =>
        Array.from({ length: weight }, () => [score, label] as const),
      )
      const given = of(repeated.map(([score]) => score), repeated.map(([, label]) => label)) // prettier-ignore
      expect(weighted.rows).toEqual(given.rows)
      expect(weighted.positives).toEqual(given.positives)
      weighted.scoreSums.forEach((sum, k) => expect(sum).toBeCloseTo(given.scoreSums[k]!, 12))
    }),
  )
})

test('merged parts are the whole', () => {
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      const table = (some: readonly (readonly [number, number, number])[]) =>
        of(some.map(([score]) => score), some.map(([, label]) => label)) // prettier-ignore
      const [merged, whole] = [calibrationTable.merge(table(left), table(right)), table([...left, ...right])]
      expect(merged.rows).toEqual(whole.rows)
      expect(merged.positives).toEqual(whole.positives)
      merged.scoreSums.forEach((sum, k) => expect(sum).toBeCloseTo(whole.scoreSums[k]!, 12))
    }),
  )
})
