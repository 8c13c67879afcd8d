import { takeColumn } from '../../../../activities/evaluation/columns/take-column'

test('numbers, texts and what is missing of them come in the order of the rows', () => {
  const numbers = { values: Float32Array.of(1, 2, 3), validity: Uint8Array.of(0b1010), bitOffset: 1 }
  expect(takeColumn(numbers, Int32Array.of(2, 1, 0))).toEqual({
    values: Float32Array.of(3, 2, 1),
    validity: Uint8Array.of(0b101),
  })
  expect(takeColumn({ values: Float64Array.of(1, 2) }, Int32Array.of(1))).toEqual({
    values: Float64Array.of(2),
  })
  const texts = { dictionary: ['a', 'b'], codes: Int32Array.of(0, -1, 1) }
  expect(takeColumn(texts, Int32Array.of(2, 1))).toEqual({
    dictionary: ['a', 'b'],
    codes: Int32Array.of(1, -1),
  })
})
