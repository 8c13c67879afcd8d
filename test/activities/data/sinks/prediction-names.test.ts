import { predictionNames } from '../../../../activities/data/sinks/prediction-names'

const runId = '6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0e1f'
const names = (table: string, schema = 'predictions') => predictionNames({ schema, table }, runId)
const bytes = (quoted: string) => Buffer.byteLength(quoted.replace(/^.*\."/, '"')) - 2

test('the tables are named after the sink, the run’s own after the run', () => {
  expect(names('flights_late')).toMatchObject({
    schema: '"predictions"',
    view: '"predictions"."flights_late"',
    all: '"predictions"."flights_late_all"',
    published: '"predictions"."flights_late_published"',
    live: '"predictions"."flights_late_live"',
    horizon: '"predictions"."flights_late_horizon"',
    run: '"predictions"."nightscore_run_6f1c2d7e0b5a4c0e9d7f2a4b6c8d0e1f"',
  })
})

test('every name is quoted', () => {
  expect(names('x"; DROP TABLE y; --', 'a.b "c"').all).toBe('"a.b ""c"""."x""; DROP TABLE y; --_all"')
})

test.each([
  'x'.repeat(58),
  'x'.repeat(59),
  'x'.repeat(63),
  'x'.repeat(64),
  'ü'.repeat(31),
  'ü'.repeat(40),
  '✈'.repeat(30),
])('no name is over the 63 bytes that Postgres keeps: %s', (table) => {
  const { view, all, live, run } = names(table)
  for (const name of [view, all, live, run]) expect(bytes(name)).toBeLessThanOrEqual(63)
  expect(new Set([view, all, live, run]).size).toBe(4)
  expect(view).not.toContain('\ufffd')
})

test('long names that differ only at their end have tables of their own', () => {
  const long = 'x'.repeat(62)
  expect(names(`${long}1`).all).not.toBe(names(`${long}2`).all)
  expect(names(`${long}1`).all).toBe(names(`${long}1`).all)
})
