import { batchOfTime } from '../../../workflows/plan/batch-of-time'

const day = { every: 'day', timezone: 'America/New_York', lag: 1 } as const
const berlin = { every: 'hour', timezone: 'Europe/Berlin', lag: 1 } as const
const kolkata = { every: 'hour', timezone: 'Asia/Kolkata', lag: 1 } as const
const hour = { every: 'hour', timezone: 'America/New_York', lag: 1 } as const

describe('batchOfTime', () => {
  it.each([
    ['the day before, in the job’s zone', day, '2013-07-05T06:00:00Z', '2013-07-04'],
    ['the local day, though UTC is a day ahead', day, '2013-07-05T03:59:00Z', '2013-07-03'],
    ['over the end of a month', day, '2013-03-01T07:00:00Z', '2013-02-28'],
    ['over a day of 23 hours', day, '2013-03-11T04:30:00Z', '2013-03-10'],
    ['over a day of 25 hours', day, '2013-11-04T05:30:00Z', '2013-11-03'],
    ['the same day without lag', { ...day, lag: 0 }, '2013-07-05T06:00:00Z', '2013-07-05'],
    ['a week before', { ...day, lag: 7 }, '2013-01-03T12:00:00Z', '2012-12-27'],
    ['the hour before', hour, '2013-07-04T17:10:00Z', '2013-07-04T12'],
    ['the hour before midnight', hour, '2013-07-04T04:10:00Z', '2013-07-03T23'],
    ['past the hour that is missing in spring', hour, '2013-03-10T07:30:00Z', '2013-03-10T01'],
    ['the first of the hours that come twice in autumn', hour, '2013-11-03T06:30:00Z', '2013-11-03T01'],
    ['the second of them by its offset too', hour, '2013-11-03T07:30:00Z', '2013-11-03T01-0500'],
    ['the hour after them', hour, '2013-11-03T08:30:00Z', '2013-11-03T02'],
    ['a repeated hour east of Greenwich', berlin, '2013-10-27T02:30:00Z', '2013-10-27T02+0100'],
    ['an hour of a zone half an hour off', kolkata, '2013-07-04T07:30:00Z', '2013-07-04T12'],
  ])('names %s', (_, rule, time, expected) => {
    expect(batchOfTime(rule, time)).toBe(expected)
  })
})
