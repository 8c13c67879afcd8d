import fc from 'fast-check'
import { binaryConfusion } from '../../../../activities/evaluation/stats/binary-confusion'

test('every share by hand', () => {
  expect(binaryConfusion.extract({ tp: 6, fp: 2, tn: 9, fn: 3 })).toEqual({
    accuracy: 15 / 20,
    precision: 6 / 8,
    recall: 6 / 9,
    specificity: 9 / 11,
    f1: 12 / 17,
    mcc: expect.closeTo((54 - 6) / Math.sqrt(8 * 9 * 11 * 12), 14),
    cohenKappa: expect.closeTo((0.75 - (9 * 8 + 11 * 12) / 400) / (1 - (9 * 8 + 11 * 12) / 400), 14),
  })
})

test('predictions and labels fall into their cells', () => {
  const counts = binaryConfusion.add(
    { tp: 10, fp: 20, tn: 30, fn: 40 },
    Uint8Array.of(1, 1, 1, 0, 0, 1),
    Uint8Array.of(1, 0, 1, 0, 1, 1),
  )
  expect(counts).toEqual({ tp: 13, fp: 21, tn: 31, fn: 41 })
})

test('0/0 is 0, and cohen_kappa null', () => {
  expect(binaryConfusion.extract({ tp: 0, fp: 0, tn: 4, fn: 0 })).toEqual({
    accuracy: 1,
    precision: 0,
    recall: 0,
    specificity: 1,
    f1: 0,
    mcc: 0,
    cohenKappa: null,
  })
})

test('without rows there is nothing', () => {
  expect(binaryConfusion.extract(binaryConfusion.create())).toBeNull()
})

test('perfect and worst predictions reach the ends, also with billions of rows', () => {
  const n = 3e9 + 7
  const perfect = binaryConfusion.extract({ tp: n, fp: 0, tn: 2 * n, fn: 0 })
  expect(perfect).toMatchObject({ accuracy: 1, f1: 1, mcc: 1, cohenKappa: 1 })
  const worst = binaryConfusion.extract({ tp: 0, fp: n, tn: 0, fn: n })
  expect(worst).toMatchObject({ accuracy: 0, f1: 0, mcc: -1, cohenKappa: -1 })
})

test('merged parts are the whole, and all metrics stay in range', () => {
  const rows = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 60 })
  fc.assert(
    fc.property(rows, rows, (left, right) => {
      const count = (some: readonly (readonly [number, number])[]) =>
        binaryConfusion.add(
          binaryConfusion.create(),
          Uint8Array.from(some, ([predicted]) => predicted),
          Uint8Array.from(some, ([, label]) => label),
        )
      const whole = count([...left, ...right])
      expect(binaryConfusion.merge(count(left), count(right))).toEqual(whole)
      const metrics = binaryConfusion.extract(whole)
      if (metrics === null) return
      const { mcc, cohenKappa, ...shares } = metrics
      for (const share of Object.values(shares)) expect(share >= 0 && share <= 1).toBe(true)
      for (const one of [mcc, cohenKappa ?? 0]) expect(one >= -1 && one <= 1).toBe(true)
    }),
  )
})
