import { isTextColumn, rowCountOf } from '../../../../activities/evaluation/profiles/profile-column'

const texts = { dictionary: ['a'], codes: Int32Array.of(0, -1) }
const numbers = { values: Float32Array.of(1, 2) }

test('texts are told from numbers', () => {
  expect([isTextColumn(texts), isTextColumn(numbers)]).toEqual([true, false])
})

test('columns have the rows of their codes or values, no columns have none', () => {
  expect(
    rowCountOf(
      new Map<string, typeof texts | typeof numbers>([
        ['t', texts],
        ['n', numbers],
      ]),
    ),
  ).toBe(2)
  expect(rowCountOf(new Map())).toBe(0)
})

test('columns of different lengths are refused by name', () => {
  const columns = new Map([
    ['a', numbers],
    ['b', { values: new Float32Array(3) }],
  ])
  expect(() => rowCountOf(columns)).toThrow('column b has 3 rows, the first one 2')
})
