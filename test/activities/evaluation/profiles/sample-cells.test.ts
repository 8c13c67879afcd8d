import {
  columnOfCells,
  compareCells,
  sampleCells,
} from '../../../../activities/evaluation/profiles/sample-cells'

const texts = (dictionary: string[], ...codes: number[]) => ({ dictionary, codes: Int32Array.from(codes) })

test('texts of several dictionaries get the places of one, ascending by code unit', () => {
  const cells = sampleCells('t', [texts(['b', 'a'], 0, 1, -1), texts(['é', 'b'], 0, 1)])
  expect(cells).toEqual({
    name: 't',
    dictionary: ['a', 'b', 'é'],
    values: Float64Array.of(1, 0, 0, 2, 1),
    valid: Uint8Array.of(1, 1, 0, 1, 1),
  })
})

test('missing comes before every value, NaN behind', () => {
  const values = Float64Array.of(NaN, 5, -Infinity, 5, 0)
  const cells = sampleCells('x', [{ values, validity: Uint8Array.of(0b01111) }])
  const order = [0, 1, 2, 3, 4].sort((a, b) => compareCells(cells, a, b))
  expect(order).toEqual([4, 2, 1, 3, 0])
  expect(compareCells(cells, 1, 3)).toBe(0)
})

test('some rows are a column again: only their texts, and no validity where nothing is missing', () => {
  const cells = sampleCells('t', [texts(['c', 'b', 'a'], 0, 1, -1, 2)])
  expect(columnOfCells(cells, Uint32Array.of(0, 2, 3))).toEqual(texts(['a', 'c'], 1, -1, 0))
  const numbers = sampleCells('x', [{ values: Float64Array.of(1, 2, 3), validity: Uint8Array.of(0b101) }])
  expect(columnOfCells(numbers, Uint32Array.of(2, 0))).toEqual({ values: Float64Array.of(3, 1) })
  expect(columnOfCells(numbers, Uint32Array.of(1))).toEqual({
    values: Float64Array.of(0),
    validity: Uint8Array.of(0),
  })
})

test('texts in one part and numbers in another are refused', () => {
  expect(() => sampleCells('x', [texts(['a'], 0), { values: Float64Array.of(1) }])).toThrow(
    'column x has texts in one sample and numbers in another',
  )
})
