import { tooFewRows } from '../../../../activities/evaluation/drift/significance'

test('200 rows on each side are enough, fewer on either are told', () => {
  expect(tooFewRows(200, 200)).toBeNull()
  expect(tooFewRows(1_000, 199)).toBe('1000 reference and 199 current rows, needed are 200 each')
  expect(tooFewRows(199, 1_000)).not.toBeNull()
})
