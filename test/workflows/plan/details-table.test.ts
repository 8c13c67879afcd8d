import { detailsTable } from '../../../workflows/plan/details-table'

test('names stand apart from their values', () => {
  expect(detailsTable([['rows', 12]])).toEqual([
    '| | |',
    '| --- | ---: |',
    '| rows\u00a0\u00a0\u00a0\u00a0 | 12 |',
  ])
})
