import { progressDetails, progressSpeed, type RunProgress } from '../../../workflows/plan/progress-details'

const progress: RunProgress = {
  runId: 'r',
  batch: '2013-07-04',
  model: 'flights-late@2',
  state: 'scoring',
  shards: 1_200,
  shardsDone: 300,
  rows: { read: 6_000_000, scored: 5_999_000, quarantined: 1_000, filtered: 0 },
  rowsPerSecond: 250_000,
  secondsLeft: 72,
}

test('a run under way is a table of shards, rows, speed and the time left', () => {
  expect(progressDetails(progress).replaceAll('\u00a0', '')).toBe(
    [
      '**scoring** · 2013-07-04 · flights-late@2',
      '',
      '| | |',
      '| --- | ---: |',
      '| shards | 300 of 1,200 |',
      '| rows scored | 5,999,000 |',
      '| quarantined | 1,000 |',
      '| filtered | 0 |',
      '| rows/s | 250,000 |',
      '| left | 1 min |',
    ].join('\n'),
  )
})

test('a report is linked by its first line, or told as a command', () => {
  const url = 'http://reports.example/reports/1'
  const headline = 'temp [F] looks like *Celsius*'
  expect(
    progressDetails({ ...progress, headline, report: url })
      .split('\n')
      .at(-1),
  ).toBe(`[temp \\[F\\] looks like \\*Celsius\\*](${url})`)
  expect(progressDetails({ ...progress, headline: 'ok', report: 'nightscore report 1' })).toMatch(
    /\nok: `nightscore report 1`$/,
  )
})

test('before the plan there is a state only', () => {
  expect(
    progressDetails({ ...progress, state: 'opening', batch: null, model: null, shards: 0, shardsDone: 0 }),
  ).toBe('**opening**')
})

test.each([
  [59, '59 s'],
  [60, '1 min'],
  [3_725, '1 h 2 min'],
  [null, '?'],
])('%p seconds left are shown as %s', (secondsLeft, text) => {
  expect(progressDetails({ ...progress, secondsLeft })).toContain(`| ${text} |`)
})

test('no time is left to tell once all is scored', () => {
  expect(progressDetails({ ...progress, state: 'published' })).toContain('| – |')
})

test('the speed is that of the rows read, the time left that of the shards', () => {
  expect(progressSpeed(progress, 24_000)).toEqual({ rowsPerSecond: 250_000, secondsLeft: 72 })
  expect(progressSpeed({ ...progress, shardsDone: 0 }, 0)).toEqual({ rowsPerSecond: 0, secondsLeft: null })
})
