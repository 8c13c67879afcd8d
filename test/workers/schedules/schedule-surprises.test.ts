import { scheduleSurprises, surpriseLines } from '../../../workers/schedules/schedule-surprises'

const nightly = { batch: { every: 'day', timezone: 'America/New_York', lag: 1 } } as const
const quiet = { missing: [], twice: [] }

test('a night whose time the clocks skip is missing', () => {
  // 02:30 on 9 and 11 March 2013, as the server lists them
  const times = ['2013-03-09T07:30:00Z', '2013-03-11T06:30:00Z']
  expect(scheduleSurprises(nightly, times)).toEqual({ missing: ['2013-03-09'], twice: [] })
})

test('a night whose time the clocks show twice is started twice', () => {
  const times = [
    '2013-11-02T05:30:00Z',
    '2013-11-03T05:30:00Z',
    '2013-11-03T06:30:00Z',
    '2013-11-04T06:30:00Z',
  ]
  expect(scheduleSurprises(nightly, times)).toEqual({ missing: [], twice: ['2013-11-02'] })
})

test.each([
  ['every night', Array.from({ length: 30 }, (_, i) => new Date(Date.UTC(2013, 6, 1 + i, 6)).toISOString())],
  [
    'twice every night',
    Array.from({ length: 60 }, (_, i) => new Date(Date.UTC(2013, 6, 1, 6 + 12 * i)).toISOString()),
  ],
  [
    'on Mondays',
    Array.from({ length: 8 }, (_, i) => new Date(Date.UTC(2013, 6, 1 + 7 * i, 6)).toISOString()),
  ],
  ['never', []],
])('a schedule that starts %s means it so', (_, times) => {
  expect(scheduleSurprises(nightly, times)).toEqual(quiet)
})

test('hours have names of their own, so that none is missing or started twice', () => {
  const hourly = { batch: { every: 'hour', timezone: 'America/New_York', lag: 1 } } as const
  expect(scheduleSurprises(hourly, ['2013-11-03T05:10:00Z', '2013-11-03T06:10:00Z'])).toEqual(quiet)
})

test('surprises are told with what to do', () => {
  expect(surpriseLines({ missing: ['2027-03-13'], twice: [] })).toEqual([
    expect.stringMatching(/^No run will start for 2027-03-13: .* Choose another hour/),
  ])
  expect(surpriseLines({ missing: [], twice: ['2027-11-06'] })).toEqual([
    expect.stringMatching(/^Two runs will start for 2027-11-06, .* replaces the first/),
  ])
  expect(surpriseLines(quiet)).toEqual([])
})
