import { Bool, Float64, Int64, Utf8, vectorFromArray, type Data, type DataType } from 'apache-arrow'
import { labelColumn } from '../../../../activities/evaluation/references/label-column'

const dataOf = (values: readonly unknown[], type: DataType): Data =>
  vectorFromArray(values as never[], type as never).data[0] as Data

test('binary labels are false and true, from booleans, 0 and 1, or their texts', () => {
  const expected = { dictionary: ['true', 'false'], codes: Int32Array.of(0, -1, 1) }
  expect(labelColumn(dataOf([true, null, false], new Bool()), 'binary', 'f')).toEqual(expected)
  expect(labelColumn(dataOf([1n, null, 0n], new Int64()), 'binary', 'f')).toEqual(expected)
  expect(labelColumn(dataOf([1, NaN, 0], new Float64()), 'binary', 'f')).toEqual(expected)
  expect(labelColumn(dataOf(['True', null, ' 0'], new Utf8()), 'binary', 'f')).toEqual(expected)
})

test('classes are texts, also where the file has numbers', () => {
  expect(labelColumn(dataOf([2n, 10n, 2n], new Int64()), 'multiclass', 'f')).toEqual({
    dictionary: ['2', '10'],
    codes: Int32Array.of(0, 1, 0),
  })
})

test('of a regression they are numbers, decimals as text too; NaN is none', () => {
  const expected = { values: Float64Array.of(1.5, 0, 3), validity: Uint8Array.of(0b101) }
  expect(labelColumn(dataOf(['1.5', null, '3'], new Utf8()), 'regression', 'f')).toEqual(expected)
  expect(labelColumn(dataOf([1.5, NaN, 3], new Float64()), 'regression', 'f')).toEqual(expected)
})

test('raw models have no label', () => {
  expect(labelColumn(dataOf([1n], new Int64()), 'raw', 'f')).toBeNull()
})

test('what is no label of the task is named with its row', () => {
  expect(() => labelColumn(dataOf([1n, 2n], new Int64()), 'binary', 'reference.parquet')).toThrow(
    'found label 2 in row 1 (from 0) of reference.parquet; expected a boolean, or 0 and 1, or null',
  )
  expect(() => labelColumn(dataOf(['much'], new Utf8()), 'regression', 'f')).toThrow('label much in row 0')
})
