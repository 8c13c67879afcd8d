import { rowCount } from '../../../../activities/evaluation/quality/row-count'

/** Their median is 1,000. */
const former = [990, 1_000, 1_010, 980, 1_020, 1_000, 1_000]
const verdictOf = (rows: number, of: readonly number[] = former) => {
  const [count, ratio] = rowCount(rows, of)
  expect(count).toMatchObject({ metric: 'row_count', value: rows, verdict: 'none' })
  return ratio
}

test.each([
  [1_000, 'ok'],
  [720, 'ok'],
  [700, 'warn'],
  [560, 'warn'],
  [550, 'fail'],
  [1_390, 'ok'],
  [1_410, 'warn'],
  [1_790, 'warn'],
  [1_810, 'fail'],
])('%d rows of usually 1,000: %s', (rows, verdict) => {
  expect(verdictOf(rows)).toMatchObject({
    metric: 'row_count_ratio',
    value: rows / 1_000,
    warnAt: 1.4,
    failAt: 1.8,
    nReference: 1_000,
    nCurrent: rows,
    verdict,
  })
})

test('as few or as many as a former batch had are no news', () => {
  expect(verdictOf(500, [...former, 500])).toMatchObject({ verdict: 'ok' })
  expect(verdictOf(499, [...former, 500])).toMatchObject({ verdict: 'fail' })
  expect(verdictOf(2_000, [...former, 2_000])).toMatchObject({ verdict: 'ok' })
})

test('under 7 former batches the ratio is shown and not judged', () => {
  expect(verdictOf(500, former.slice(1))).toMatchObject({
    value: 0.5,
    verdict: 'skipped',
    reason: '6 former batches, needed are 7',
  })
  expect(verdictOf(500, [])).toMatchObject({ value: null, verdict: 'skipped' })
})
