import { fillPathTemplate } from '../../../activities/data/path-template'

describe('fillPathTemplate', () => {
  test.each([
    ['data/{yyyy}/{MM}/{dd}/*.parquet', '2013-07-04', 'data/2013/07/04/*.parquet'],
    ['{yyyy}{MM}{dd}{HH}', '2013-07-04T05', '2013070405'],
    ['{HH}', '2013-07-04T23:00', '23'],
    ['{batch}/{batch}.parquet', 'run-7', 'run-7/run-7.parquet'],
    ['{batch}', '2013-07-04T13:00', '2013-07-04T13:00'],
    ['{dd}', '2012-02-29', '29'],
    ['plain/*.parquet', 'anything', 'plain/*.parquet'],
    ['{batch}', '$&', '$&'],
  ])('%s of batch %s is %s', (template, batch, path) => expect(fillPathTemplate(template, batch)).toBe(path))

  test.each([
    ['{MM}', 'run-7'],
    ['{HH}', '2013-07-04'],
    ['{dd}', '2013-02-29'],
    ['{dd}', '2013-13-01'],
    ['{dd}', '2013-04-31'],
    ['{HH}', '2013-07-04T24'],
    ['{HH}', '2013-07-04T13:30'],
    ['{yyyy}', '13-07-04'],
  ])('%s cannot be had from batch %s', (template, batch) =>
    expect(() => fillPathTemplate(template, batch)).toThrow(/\[BATCH_KEY_INVALID\]/),
  )

  test('another name in braces is named, with what there is', () =>
    expect(() => fillPathTemplate('{month}/x', '2013-07-04')).toThrow(
      /\{month\} in the path.*\{yyyy\}, \{MM\}.*\[JOB_INVALID\]/,
    ))
})
