import { DateDay, Int64, Utf8, vectorFromArray } from 'apache-arrow'
import { segmentColumn, segmentName } from '../../../../activities/evaluation/columns/segment-column'

test('values of any type are told apart as text, and a null belongs to no segment', () => {
  expect(segmentColumn(vectorFromArray(['UA', null, 'UA'], new Utf8()).data[0]!)).toEqual({
    dictionary: ['UA'],
    codes: Int32Array.of(0, -1, 0),
  })
  expect(segmentColumn(vectorFromArray([7n, 9n, 7n], new Int64()).data[0]!)).toEqual({
    dictionary: ['7', '9'],
    codes: Int32Array.of(0, 1, 0),
  })
  const days = vectorFromArray([new Date('2013-07-04')], new DateDay()).data[0]!
  expect(segmentColumn(days).dictionary).toEqual(['2013-07-04'])
})

test('a segment is named by column and value', () => {
  expect(segmentName('carrier', 'UA')).toBe('carrier=UA')
})
