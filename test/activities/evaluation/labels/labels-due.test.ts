import { labelsDue } from '../../../../activities/evaluation/labels/labels-due'

const publishedAt = new Date('2013-07-05T06:30:00Z')
const due = (batch: string, timezone: string, maturity: string): string =>
  labelsDue(batch, { timezone, maturity, publishedAt }).toISOString()

test.each([
  ['2013-07-04', 'UTC', '1d', '2013-07-06T00:00:00.000Z'],
  ['2013-07-04', 'America/New_York', '1d', '2013-07-06T04:00:00.000Z'],
  ['2013-12-31', 'Asia/Kolkata', '30m', '2013-12-31T19:00:00.000Z'],
  ['2013-07-04T13', 'America/New_York', '2h', '2013-07-04T20:00:00.000Z'],
  ['2013-07-04T13:00', 'UTC', '0m', '2013-07-04T14:00:00.000Z'],
  ['2013-11-03T01', 'America/New_York', '0m', '2013-11-03T06:00:00.000Z'],
  ['2013-11-03T01-0500', 'America/New_York', '0m', '2013-11-03T07:00:00.000Z'],
])('labels of %s in %s after %s are due at %s', (batch, timezone, maturity, expected) => {
  expect(due(batch, timezone, maturity)).toBe(expected)
})

test('a day that is 23 or 25 hours long ends at its own midnight', () => {
  expect(due('2013-03-10', 'America/New_York', '0d')).toBe('2013-03-11T04:00:00.000Z')
  expect(due('2013-11-03', 'America/New_York', '0d')).toBe('2013-11-04T05:00:00.000Z')
  expect(due('2013-03-09', 'America/New_York', '0d')).toBe('2013-03-10T05:00:00.000Z')
})

test('where the clocks are put on at midnight, the day before ends when they are', () => {
  // Havana, 10 March 2013: from 0:00 to 1:00
  expect(due('2013-03-09', 'America/Havana', '0d')).toBe('2013-03-10T05:00:00.000Z')
})

test.each(['week-27', '2013-02-30', '2013-07-04T25'])('%s is no day: its publication counts', (batch) => {
  expect(due(batch, 'UTC', '1d')).toBe('2013-07-06T06:30:00.000Z')
})
