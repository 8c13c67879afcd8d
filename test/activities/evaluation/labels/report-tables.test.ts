import { accuracyTables } from '../../../../activities/evaluation/accuracy/accuracy-tables'
import { reportTables } from '../../../../activities/evaluation/labels/report-tables'

test('binary: rows of the confusion by label, then by prediction', () => {
  const rows = {
    scores: Float64Array.of(0.9, 0.8, 0.7, 0.2),
    labels: Uint8Array.of(1, 0, 0, 1),
    decisions: Uint8Array.of(1, 1, 1, 0),
  }
  const { confusion, calibration, classes } = reportTables(accuracyTables.binary(rows))
  expect(confusion).toEqual({
    labels: ['false', 'true'],
    rows: [
      [0, 2],
      [1, 1],
    ],
  })
  expect(calibration).toHaveLength(10)
  expect(calibration[1]).toMatchObject({ meanScore: 0.2, positiveShare: 1, rows: 1 })
  expect(calibration[1]?.ciLo).toBeGreaterThan(0)
  expect(calibration[0]).toEqual({ meanScore: null, positiveShare: null, ciLo: null, ciHi: null, rows: 0 })
  expect(classes).toEqual([])
})

test('multiclass: classes by name, each a line', () => {
  const rows = {
    probabilities: Float64Array.of(0.7, 0.3, 0.4, 0.6),
    classes: ['cat', 'dog'],
    labels: Int32Array.of(0, 0),
  }
  const tables = reportTables(accuracyTables.multiclass(rows))
  expect(tables.confusion).toEqual({
    labels: ['cat', 'dog'],
    rows: [
      [1, 1],
      [0, 0],
    ],
  })
  expect(tables.classes.map((line) => line.support)).toEqual([2, 0])
})

test('a regression has none', () => {
  expect(reportTables(null)).toEqual({ calibration: [], confusion: null, classes: [] })
})
