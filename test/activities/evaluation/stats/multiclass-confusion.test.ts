import fc from 'fast-check'
import { binaryConfusion } from '../../../../activities/evaluation/stats/binary-confusion'
import {
  multiclassConfusion,
  type MulticlassCounts,
} from '../../../../activities/evaluation/stats/multiclass-confusion'

type Rows = readonly (readonly [predicted: number, label: number])[]
const count = (rows: Rows, classes: number): MulticlassCounts =>
  multiclassConfusion.add(
    multiclassConfusion.create(classes),
    Int32Array.from(rows, ([predicted]) => predicted),
    Int32Array.from(rows, ([, label]) => label),
  )

const rowsOf = (classes: number) =>
  fc.array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), { maxLength: 60 })

test('rows are labels, columns are predictions', () => {
  expect([...count([[2, 0]], 3).counts]).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0])
})

test('every mean by hand', () => {
  const rows: Rows = [[0, 0], [0, 0], [0, 1], [1, 1], [2, 2], [2, 1]] // prettier-ignore
  const metrics = multiclassConfusion.extract(count(rows, 4))
  expect(metrics?.perClass).toEqual([
    { precision: 2 / 3, recall: 1, f1: 4 / 5, support: 2 },
    { precision: 1, recall: 1 / 3, f1: 2 / 4, support: 3 },
    { precision: 1 / 2, recall: 1, f1: 2 / 3, support: 1 },
    { precision: 0, recall: 0, f1: 0, support: 0 },
  ])
  expect(metrics?.accuracy).toBe(4 / 6)
  expect(metrics?.micro).toEqual({ precision: 4 / 6, recall: 4 / 6, f1: 4 / 6 })
  // the fourth class occurs nowhere: it is not one of three
  expect(metrics?.macro.recall).toBeCloseTo((1 + 1 / 3 + 1) / 3, 14)
  expect(metrics?.weighted.precision).toBeCloseTo((2 * (2 / 3) + 3 * 1 + 1 / 2) / 6, 14)
})

test('of two classes it says what the binary counts say', () => {
  fc.assert(
    fc.property(rowsOf(2), (rows) => {
      const metrics = multiclassConfusion.extract(count(rows, 2))
      const binary = binaryConfusion.extract(
        binaryConfusion.add(
          binaryConfusion.create(),
          Uint8Array.from(rows, ([predicted]) => predicted),
          Uint8Array.from(rows, ([, label]) => label),
        ),
      )
      if (metrics === null || binary === null) return expect(metrics).toBe(binary)
      const { precision, recall, f1 } = metrics.perClass[1]!
      expect({ precision, recall, f1 }).toEqual({
        precision: binary.precision,
        recall: binary.recall,
        f1: binary.f1,
      })
      expect(metrics.perClass[0]!.recall).toBe(binary.specificity)
      expect(metrics.accuracy).toBe(binary.accuracy)
      expect(metrics.mcc).toBeCloseTo(binary.mcc, 12)
      if (binary.cohenKappa === null) expect(metrics.cohenKappa).toBeNull()
      else expect(metrics.cohenKappa).toBeCloseTo(binary.cohenKappa, 12)
    }),
  )
})

test('merged parts are the whole, and all metrics stay in range', () => {
  fc.assert(
    fc.property(rowsOf(4), rowsOf(4), (left, right) => {
      const whole = count([...left, ...right], 4)
      expect(multiclassConfusion.merge(count(left, 4), count(right, 4))).toEqual(whole)
      const metrics = multiclassConfusion.extract(whole)
      if (metrics === null) return
      const { accuracy, macro, micro, weighted, mcc, cohenKappa } = metrics
      for (const share of [accuracy, ...[macro, micro, weighted].flatMap((one) => Object.values(one))])
        expect(share >= 0 && share <= 1 + 1e-15).toBe(true)
      for (const one of [mcc, cohenKappa ?? 0]) expect(one >= -1 && one <= 1).toBe(true)
    }),
  )
})

test('without rows there is nothing', () => {
  expect(multiclassConfusion.extract(multiclassConfusion.create(3))).toBeNull()
})

test('a code that is no class is refused, not lost', () => {
  expect(() => count([[0, 0], [1, 3]], 3)).toThrow('row 1: label 3, prediction 1; codes are 0 to 2') // prettier-ignore
  expect(() => count([[-1, 0]], 3)).toThrow('row 0: label 0, prediction -1; codes are 0 to 2')
})

test('counts of different classes do not merge', () => {
  expect(() => multiclassConfusion.merge(count([], 2), count([], 3))).toThrow(
    'counts of 2 and of 3 classes do not add up',
  )
})
