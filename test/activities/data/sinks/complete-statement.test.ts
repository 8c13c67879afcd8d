import { completeStatement } from '../../../../activities/data/sinks/complete-statement'
import type { FoundSink } from '../../../../activities/data/sinks/found-sink'
import { tableColumns } from '../../../../activities/data/sinks/prediction-columns'
import { predictionNames } from '../../../../activities/data/sinks/prediction-names'
import { sinkRun } from '../../../contracts/sink-contract-run'

const run = sinkRun()
const names = predictionNames({ schema: 's', table: 'p' }, run.runId)
const columns = tableColumns(run)
/** As it is when the last shard is committed. */
const loaded: FoundSink = {
  all: 'p',
  published: 'r',
  live: 'v',
  view: 'v',
  run: 'r',
  partitionKey: 'RANGE (batch, revision)',
  columns,
  keyColumns: [],
  viewColumns: columns.map(({ name }) => name),
  viewReadsAll: true,
  runColumns: ['id', 'carrier', 'score', 'label'],
  runHasKey: false,
  runHasCheck: false,
}
const whole = { ...loaded, runColumns: columns.map(({ name }) => name), runHasCheck: true, runHasKey: true }
/** What is added: columns by name, constraints by what they say. */
const added = (found: FoundSink) =>
  completeStatement(found, names, run)
    ?.replace(`ALTER TABLE ${names.run} ADD `, '')
    .split(', ADD ')
    .map((part) => part.replace(/^COLUMN "(\w+)".*$|^CONSTRAINT \S+ /, '$1'))

test.each<[string, FoundSink, string[] | undefined]>([
  [
    'that was just loaded gets columns, CHECK and key',
    loaded,
    [
      'batch',
      'revision',
      'model_version',
      'run_id',
      `CHECK (batch = '2013-07-04' AND revision = 1)`,
      'PRIMARY KEY ("id")',
    ],
  ],
  [
    'of an earlier version gets the key',
    { ...whole, keyColumns: ['id', 'batch', 'revision'], runHasKey: false },
    ['PRIMARY KEY ("id", "batch", "revision")'],
  ],
  [
    'of an earlier version in a sink without a key of its own gets the job’s key',
    { ...whole, runHasKey: false },
    ['PRIMARY KEY ("id")'],
  ],
  [
    'whose sink was widened since gets the column',
    { ...whole, columns: [...columns, { name: 'origin', type: 'text', collation: null, required: false }] },
    ['origin'],
  ],
  ['that is whole stays as it is', whole, undefined],
])('a run’s table %s', (_, found, expected) => {
  expect(added(found)).toEqual(expected)
})
