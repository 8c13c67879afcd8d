import fc from 'fast-check'
import { hourKey } from '../../../workflows/plan/batch-of-time'
import { batchesBetween } from '../../../workflows/plan/batches-between'

const day = (timezone: string) => ({ every: 'day', timezone }) as const
const hour = (timezone: string) => ({ every: 'hour', timezone }) as const

test.each([
  ['2013-07-04', '2013-07-06', ['2013-07-04', '2013-07-05', '2013-07-06']],
  ['2013-07-04', '2013-07-04', ['2013-07-04']],
  ['2012-02-28', '2012-03-01', ['2012-02-28', '2012-02-29', '2012-03-01']],
  ['2013-07-04', '2013-07-03', []],
])('days from %s to %s', (from, to, expected) => {
  expect(batchesBetween(day('America/New_York'), from, to)).toEqual(expected)
})

test('days of 23 and of 25 hours are days like others', () => {
  const days = batchesBetween(day('America/New_York'), '2013-01-01', '2013-12-31')
  expect(days).toHaveLength(365)
  expect(new Set(days).size).toBe(365)
})

test.each([
  [
    '2013-07-04T22',
    '2013-07-05T01',
    'UTC',
    ['2013-07-04T22', '2013-07-04T23', '2013-07-05T00', '2013-07-05T01'],
  ],
  ['2013-03-10T01', '2013-03-10T03', 'America/New_York', ['2013-03-10T01', '2013-03-10T03']],
  [
    '2013-11-03T00',
    '2013-11-03T02',
    'America/New_York',
    ['2013-11-03T00', '2013-11-03T01', '2013-11-03T01-0500', '2013-11-03T02'],
  ],
  ['2013-11-03T01-0500', '2013-11-03T02', 'America/New_York', ['2013-11-03T01-0500', '2013-11-03T02']],
  ['2013-07-04T12', '2013-07-04T13', 'Asia/Kolkata', ['2013-07-04T12', '2013-07-04T13']],
])('hours from %s to %s in %s', (from, to, timezone, expected) => {
  expect(batchesBetween(hour(timezone), from, to)).toEqual(expected)
})

test.each([
  [day('UTC'), '2013-02-30'],
  [day('UTC'), '2013-07-04T13'],
  [day('UTC'), 'week-27'],
  [hour('UTC'), '2013-07-04'],
  [hour('UTC'), '2013-07-04T24'],
  [hour('UTC'), '2013-07-04T13-0500'],
  [hour('America/New_York'), '2013-03-10T02'],
  [hour('America/New_York'), '2013-11-03T01-0400'],
])('%j has no batch %s', (rule, key) => {
  const other = rule.every === 'day' ? '2013-12-31' : '2013-12-31T00'
  expect(batchesBetween(rule, key, other)).toBeNull()
  expect(batchesBetween(rule, other, key)).toBeNull()
})

test('hours never repeat, and their order is that of their keys', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin', 'America/Havana', 'Asia/Kolkata'),
      fc.integer({ min: 0, max: 24 * 365 }),
      fc.integer({ min: 0, max: 400 }),
      (timezone, first, count) => {
        const at = Date.UTC(2013, 0, 1) + first * 3_600_000
        const keys = batchesBetween(
          hour(timezone),
          hourKey(at, timezone),
          hourKey(at + count * 3_600_000, timezone),
        )
        expect(keys).toHaveLength(count + 1)
        expect(keys).toEqual([...new Set(keys)].sort())
      },
    ),
    { numRuns: 50 },
  )
})
