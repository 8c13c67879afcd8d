import { batchFigures, type BatchFacts } from '../../../../activities/evaluation/quality/batch-figures'

const facts: BatchFacts = {
  rows: { read: 1_200, scored: 900, quarantined: 100, filtered: 200 },
  plannedMs: Date.UTC(2013, 6, 4, 6),
  sourceModifiedMs: Date.UTC(2013, 6, 4, 3, 30),
  scoringMs: 3_000,
  inferenceMs: { p50: 1.5, p99: 7 },
}
const figures = (change: Partial<BatchFacts> = {}) =>
  new Map(batchFigures({ ...facts, ...change }).map((value) => [value.metric, value]))

test('each figure in its unit', () => {
  const values = [...figures()].map(([metric, { scope, value, nCurrent }]) => [
    scope,
    metric,
    value,
    nCurrent,
  ])
  expect(values).toEqual([
    ['quality', 'quarantined_share', 0.1, 1_000], // of the rows after where
    ['quality', 'duplicate_keys', 0, 1_000],
    ['quality', 'source_age_hours', 2.5, 1_000],
    ['speed', 'rows_per_second', 400, 1_200],
    ['speed', 'inference_ms_p50', 1.5, 1_200],
    ['speed', 'inference_ms_p99', 7, 1_200],
  ])
})

test('the share has its Wilson interval', () => {
  const { ciLo, ciHi } = figures().get('quarantined_share')!
  expect(ciLo).toBeCloseTo(0.0829, 4)
  expect(ciHi).toBeCloseTo(0.1202, 4)
})

test('no rule judges them: with nothing to compare with, nothing is ok', () => {
  expect(new Set([...figures().values()].map(({ verdict }) => verdict))).toEqual(new Set(['none']))
})

test('what cannot be told is skipped, with the reason where there is one', () => {
  const none = figures({
    rows: { read: 5, scored: 0, quarantined: 0, filtered: 5 },
    sourceModifiedMs: null,
    scoringMs: 0,
    inferenceMs: { p50: null, p99: null },
  })
  expect(none.get('quarantined_share')).toMatchObject({ value: null, ciLo: null, verdict: 'skipped' })
  expect(none.get('source_age_hours')).toMatchObject({
    value: null,
    verdict: 'skipped',
    reason: 'read from a database when the run was planned',
  })
  for (const metric of ['rows_per_second', 'inference_ms_p50', 'inference_ms_p99'])
    expect(none.get(metric)).toMatchObject({ value: null, verdict: 'skipped' })
})
