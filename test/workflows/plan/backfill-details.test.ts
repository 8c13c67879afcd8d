import { backfillDetails, batchesLeft } from '../../../workflows/plan/backfill-details'

const progress = {
  job: 'flights-late',
  from: '2013-02-01',
  to: '2013-04-30',
  ...{ batches: 89, published: 40, skipped: 7, held: 1, failed: 1 },
  underWay: ['2013-03-22', '2013-03-23'],
  firstFailures: [{ batch: '2013-02-14', code: 'SOURCE_NO_FILES', message: 'No file matches' }],
  seconds: 60,
}

test('what is left is what is neither settled nor skipped', () => {
  expect(batchesLeft(progress)).toBe(40)
})

test('the details are a table with what is under way and what failed', () => {
  expect(backfillDetails(progress).replaceAll('\u00a0', '')).toBe(
    [
      '**flights-late** 2013-02-01 to 2013-04-30 · under way: 2013-03-22, 2013-03-23',
      '',
      '| | |',
      '| --- | ---: |',
      '| batches | 89 |',
      '| published | 40 |',
      '| skipped | 7 |',
      '| held | 1 |',
      '| failed | 1 |',
      '| left | 40 |',
      '',
      '- 2013-02-14: `SOURCE_NO_FILES` No file matches',
    ].join('\n'),
  )
})
