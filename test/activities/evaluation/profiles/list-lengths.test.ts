import { listLengths } from '../../../../activities/evaluation/profiles/list-lengths'

const elements = {
  values: Float32Array.of(9, 3, 4, NaN, 2),
  validity: Uint8Array.of(0b11_1011),
  bitOffset: 1,
}

test('a list has a length and a Euclidean norm, an empty one 0 and 0', () => {
  const { length, norm } = listLengths({
    offsets: Int32Array.of(1, 3, 3),
    elements: { values: elements.values },
  })
  expect([...length.values, ...norm.values]).toEqual([2, 0, 5, 0])
})

test('a missing element adds to the length only; NaN makes the norm NaN', () => {
  const { length, norm } = listLengths({ offsets: Int32Array.of(0, 2, 4), elements })
  expect([...length.values]).toEqual([2, 2])
  expect([...norm.values]).toEqual([9, NaN])
})

test('a missing list is missing in both', () => {
  const { length, norm } = listLengths({
    offsets: Int32Array.of(0, 1, 3),
    elements: { values: elements.values },
    validity: Uint8Array.of(0b100),
    bitOffset: 1,
  })
  expect(length).toEqual({ values: Int32Array.of(0, 2), validity: Uint8Array.of(0b100), bitOffset: 1 })
  expect([...norm.values]).toEqual([0, 5])
})

test('no offsets are no rows', () => {
  expect(listLengths({ offsets: new Int32Array(), elements }).length.values).toHaveLength(0)
})
