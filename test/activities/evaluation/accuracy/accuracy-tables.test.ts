import { accuracyTables } from '../../../../activities/evaluation/accuracy/accuracy-tables'

test('a binary model has its confusion and its calibration, bin by bin', () => {
  const { confusion, calibration } = accuracyTables.binary({
    scores: Float64Array.of(0.95, 0.91, 0.12, 0.13, NaN),
    labels: Uint8Array.of(1, 0, 0, 1, 1),
    decisions: Uint8Array.of(1, 1, 0, 0, 0),
  })
  expect(confusion).toEqual({ tp: 1, fp: 1, tn: 1, fn: 1 })
  expect(calibration).toHaveLength(10)
  expect(calibration[9]).toMatchObject({ rows: 2, positiveShare: 0.5 })
  expect(calibration[9]!.interval!.low).toBeCloseTo(0.0945, 3)
  expect(calibration[5]).toMatchObject({ rows: 0, meanScore: null, interval: null })
})

const tables = accuracyTables.multiclass({
  // predicted: a a b c b, and a row whose class the model does not know
  probabilities: Float64Array.of(
    0.6,
    0.3,
    0.1,
    0.5,
    0.3,
    0.2,
    0.2,
    0.7,
    0.1,
    0.1,
    0.2,
    0.7,
    0,
    1,
    0,
    1,
    0,
    0,
  ),
  classes: ['a', 'b', 'c'],
  labels: Int32Array.of(0, 1, 1, 2, 2, -1),
})

test('a multiclass model has rows by label, then by prediction', () => {
  expect(tables.confusion).toEqual([[1, 0, 0], [1, 1, 0], [0, 1, 1]]) // prettier-ignore
  expect(tables.calibration.reduce((sum, { rows }) => sum + rows, 0)).toBe(5)
})

test('each class has a line, against all others', () => {
  expect(tables.classes[0]).toMatchObject({
    class: 'a',
    support: 1,
    predicted: 2,
    precision: 0.5,
    recall: 1,
    specificity: 3 / 4,
    f1: 2 / 3,
  })
  expect(tables.classes[2]).toMatchObject({ class: 'c', support: 2, predicted: 1, precision: 1, recall: 0.5, specificity: 1 }) // prettier-ignore
  const { f1, f1Interval } = tables.classes[1]!
  expect(f1Interval!.low).toBeLessThan(f1)
  expect(f1Interval!.high).toBeGreaterThan(f1)
  expect(tables.classes[0]!.rocAuc!.auc).toBe(1)
})

test('rates without rows are 0 and have no interval', () => {
  const { classes } = accuracyTables.multiclass({
    probabilities: Float64Array.of(1, 0),
    classes: ['a', 'b'],
    labels: Int32Array.of(0),
  })
  expect(classes[1]).toMatchObject({ precision: 0, precisionInterval: null, recall: 0, recallInterval: null, f1: 0, f1Interval: null, rocAuc: null }) // prettier-ignore
  expect(classes[0]).toMatchObject({ specificity: 0, specificityInterval: null })
})
