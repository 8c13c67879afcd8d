import { finiteValues } from '../../../../activities/evaluation/profiles/finite-values'

const values = Float64Array.of(99, 3, NaN, Infinity, -1, -0, -Infinity, 2)

test('finite values ascend, without missing ones, NaN and infinities, and -0 is 0', () => {
  expect(finiteValues({ values, validity: Uint8Array.of(0b1111_1110) })).toEqual(Float64Array.of(-1, 0, 2, 3))
})

test('the bit offset is that of the first row', () => {
  expect(
    finiteValues({ values: Float64Array.of(1, 2), validity: Uint8Array.of(0b100), bitOffset: 1 }),
  ).toEqual(Float64Array.of(2))
})

test('of some rows only theirs are taken', () => {
  expect(finiteValues({ values }, [7, 2, 0])).toEqual(Float64Array.of(2, 99))
})
