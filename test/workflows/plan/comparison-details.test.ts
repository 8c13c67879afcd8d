import { comparisonDetails, comparisonOutcome } from '../../../workflows/plan/comparison-details'

const progress = {
  job: 'flights-late',
  champion: 'flights-late@1',
  challenger: 'flights-late@2',
  batches: 31,
  scored: 4,
  underWay: ['2013-07-05', '2013-07-06'],
  refused: [],
  seconds: 12,
}

test('a comparison says how far it is and what is under way', () => {
  expect(comparisonDetails(progress)).toBe(
    '**flights-late@2** against **flights-late@1** on flights-late · 4 of 31 batches scored by both · 12 s\n\nUnder way: 2013-07-05, 2013-07-06',
  )
})

test('many batches are counted, not listed', () => {
  const refused = Array.from({ length: 400 }, (_, i) => `batch-${i}`)
  const details = comparisonDetails({ ...progress, underWay: [], refused })
  expect(details).toMatch(/Ended by a gate, and compared: batch-0, .*batch-9 and 390 more$/)
  expect(details.length).toBeLessThan(1_000)
})

test('the outcome is a table, whatever a reason holds', () => {
  expect(
    comparisonOutcome({
      numeric: 'fail',
      numericReason: '3 of 9 rows beyond 1 + 1 |champion|',
      nonInferiority: 'ok',
      nonInferiorityReason: 'fine',
    }),
  ).toContain('| numerically the same | **fail** | 3 of 9 rows beyond 1 + 1 \\|champion\\| |')
})
