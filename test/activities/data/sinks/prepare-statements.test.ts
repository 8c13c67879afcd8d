import type { FoundSink } from '../../../../activities/data/sinks/found-sink'
import { tableColumns } from '../../../../activities/data/sinks/prediction-columns'
import { predictionNames } from '../../../../activities/data/sinks/prediction-names'
import { prepareStatements } from '../../../../activities/data/sinks/prepare-statements'
import { sinkRun } from '../../../contracts/sink-contract-run'

const run = sinkRun()
const names = predictionNames({ schema: 's', table: 'p' }, run.runId)
const nothing: FoundSink = {
  all: null,
  published: null,
  live: null,
  view: null,
  run: null,
  partitionKey: null,
  columns: [],
  keyColumns: [],
  viewColumns: [],
  viewReadsAll: false,
  runColumns: [],
  runHasKey: false,
  runHasCheck: false,
}
const columns = tableColumns(run)
const everything: FoundSink = {
  ...nothing,
  all: 'p',
  published: 'r',
  live: 'v',
  view: 'v',
  run: 'r',
  partitionKey: 'RANGE (batch, revision)',
  columns,
  viewColumns: columns.map(({ name }) => name),
  viewReadsAll: true,
}
/** The statements' first words. */
const plan = (found: FoundSink, changes = {}) =>
  prepareStatements(found, names, { ...run, ...changes })
    .map((statement) => statement.split(' ').slice(0, 4).join(' ').replace(names.run, 'RUN'))
    .filter((statement) => !statement.startsWith('COMMENT'))

test.each<[string, FoundSink, object, string[]]>([
  [
    'where nothing is, all is created',
    nothing,
    {},
    [
      'CREATE TABLE "s"."p_all" ("batch"',
      'CREATE TABLE "s"."p_published" (publication',
      'CREATE UNIQUE INDEX ON',
      'CREATE FUNCTION "s"."p_horizon"() RETURNS',
      'GRANT EXECUTE ON FUNCTION',
      'CREATE VIEW "s"."p_live" AS',
      'CREATE OR REPLACE VIEW',
      'CREATE TABLE RUN ("id"',
    ],
  ],
  ['where all is, nothing is done', everything, {}, []],
  [
    'where the run is new, its table is created',
    { ...everything, run: null },
    {},
    ['CREATE TABLE RUN ("id"'],
  ],
  [
    'where a column is new, table and view get it',
    everything,
    { carry: [...run.carry, { name: 'origin', type: 'text' }] },
    ['ALTER TABLE "s"."p_all" ADD', 'CREATE OR REPLACE VIEW'],
  ],
  [
    'where the view is gone, it comes again',
    { ...everything, view: null, viewColumns: [], viewReadsAll: false },
    {},
    ['CREATE OR REPLACE VIEW'],
  ],
])('%s', (_, found, changes, expected) => {
  expect(plan(found, changes)).toEqual(expected)
})

test('a view that is widened keeps its columns first and in order', () => {
  const found = { ...everything, viewColumns: ['run_id', 'batch'] }
  expect(prepareStatements(found, names, run)[0]).toMatch(/SELECT a\."run_id", a\."batch", a\."revision"/)
})

test.each<[string, Partial<FoundSink>, string]>([
  ['a table in the view’s place', { view: 'r' }, '"s"."p", which is a table'],
  ['a view of something else', { viewReadsAll: false }, '"s"."p", a view that does not read "s"."p_all"'],
  ['a plain table of all revisions', { all: 'r', partitionKey: null }, '"s"."p_all", which is a table'],
  ['another partitioning', { partitionKey: 'LIST (batch)' }, '"s"."p_all", partitioned by LIST (batch)'],
  ['a sequence as publications', { published: 'S' }, '"s"."p_published", which is a sequence'],
  ['a table as pointers', { live: 'r' }, '"s"."p_live", which is a table'],
])('%s is refused', (_, changes, message) => {
  expect(() => prepareStatements({ ...everything, ...changes }, names, run)).toThrow(message)
})
