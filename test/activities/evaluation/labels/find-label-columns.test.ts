import { findLabelColumns } from '../../../../activities/evaluation/labels/find-label-columns'

const columns = [
  { name: 'flight_id', type: 'BIGINT' },
  { name: 'Late', type: 'BOOLEAN' },
  { name: 'day', type: 'DATE' },
]
const find = (keys: string[], column: string) =>
  findLabelColumns(columns, { keys, column }, 'binary', 'labels.parquet')

test('capitals do not matter', () => {
  expect(find(['FLIGHT_ID'], 'late')).toEqual({ keys: [columns[0]], label: columns[1] })
})

test('a column that is missing is told with the nearest one', () => {
  expect(() => find(['flight'], 'late')).toThrow(
    'no key column "flight" in labels.parquet (nearest: "flight_id"); expected one of its columns flight_id, Late, day',
  )
  expect(() => find(['flight_id'], 'lates')).toThrow(
    'no label column "lates" in labels.parquet (nearest: "Late")',
  )
})

test('a label of a type that can be none is refused', () => {
  expect(() => find(['flight_id'], 'day')).toThrow(
    'label column "day" of type DATE in labels.parquet; expected true or false, 1 or 0, or these as text, for a binary model',
  )
})
