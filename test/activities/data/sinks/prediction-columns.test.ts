import {
  checkRunColumns,
  missingColumns,
  predictionColumns,
  runKey,
  tableColumns,
} from '../../../../activities/data/sinks/prediction-columns'
import type { SinkRun } from '../../../../activities/data/sinks/sink'
import { sinkRun } from '../../../contracts/sink-contract-run'

const column = (name: string) => ({ name, type: 'text' as const })
const plain = (name: string, type: string, required = false) => ({ name, type, collation: null, required })
const columns = [
  { ...plain('batch', 'text', true), collation: '"C"' },
  plain('revision', 'integer', true),
  plain('id', 'bigint', true),
  plain('carrier', 'text'),
  plain('score', 'real'),
  plain('label', 'boolean'),
  plain('model_version', 'integer', true),
  plain('run_id', 'uuid', true),
]
const found = { columns, keyColumns: [] }
/** As earlier versions made it: with a key of its own. */
const keyed = { columns, keyColumns: ['id', 'batch', 'revision'] }

test('a predictions table has batch, revision, keys, carried columns, predictions, model version, run, in this order', () => {
  expect(predictionColumns(sinkRun()).map(({ name }) => name)).toEqual(columns.map(({ name }) => name))
  expect(tableColumns(sinkRun())).toEqual(columns)
})

test.each<[string, Partial<SinkRun>, string]>([
  [
    'a key and our own',
    { keys: [column('revision')] },
    'key column "revision", which is also a column of Nightscore',
  ],
  [
    'a carried column and a prediction',
    { carry: [column('label')] },
    'prediction "label", which is also a carried column',
  ],
  [
    'a prediction and our own',
    { predictions: [column('model_version')] },
    'prediction "model_version", which is also a column of Nightscore',
  ],
  [
    'a key and a carried column',
    { keys: [column('a')], carry: [column('a')] },
    'carried column "a", which is also a key column',
  ],
  [
    'a column and one of Postgres’s',
    { carry: [column('ctid')] },
    'carried column "ctid", which is also a system column of Postgres',
  ],
  ['a name beyond 63 bytes', { carry: [column('ü'.repeat(32))] }, 'of 64 bytes'],
])('%s: refused', (_, changes, message) => {
  expect(() => checkRunColumns(sinkRun(changes), false)).toThrow(message)
})

test('names that differ in case are different names in Postgres, one in Parquet', () => {
  const run = sinkRun({ carry: [column('Batch'), column('SCORE')] })
  expect(() => checkRunColumns(run, false)).not.toThrow()
  expect(() => checkRunColumns(run, true)).toThrow(
    'carried column "Batch", which is also a column of Nightscore; prediction "score", which is also a carried column',
  )
})

test('more key columns than a primary key can have beside batch and revision are refused', () => {
  const keys = Array.from({ length: 31 }, (_, i) => column(`k${i}`))
  expect(() => checkRunColumns(sinkRun({ keys }), false)).toThrow(/found 31 key columns; expected at most 30/)
  expect(() => checkRunColumns(sinkRun({ keys: keys.slice(1) }), false)).not.toThrow()
})

test.each<[string, Partial<SinkRun>, string[]]>([
  ['nothing new', {}, []],
  ['a column new', { carry: [column('carrier'), column('origin')] }, ['origin']],
  ['a column gone', { carry: [] }, []],
])('%s in the job', (_, changes, missing) => {
  for (const table of [found, keyed])
    expect(missingColumns(sinkRun(changes), table).map(({ name }) => name)).toEqual(missing)
})

test('types are compared as the catalogue spells them', () => {
  const run = sinkRun({
    carry: [
      { name: 't', type: 'timestamptz' },
      { name: 'u', type: 'time' },
      { name: 'l', type: 'real[]' },
    ],
  })
  const spelled = [
    plain('t', 'timestamp with time zone'),
    plain('u', 'time without time zone'),
    plain('l', 'real[]'),
  ]
  expect(missingColumns(run, { ...found, columns: [...columns, ...spelled] })).toEqual([])
  const other = spelled.map(({ name }) => plain(name, 'text'))
  expect(() => missingColumns(run, { ...found, columns: [...columns, ...other] })).toThrow(
    'found "t" text, "u" text, "l" text; expected "t" timestamp with time zone, "u" time without time zone, "l" real[]',
  )
})

test('the key of a run’s table is the job’s; with batch and revision where the table of all revisions has a key', () => {
  expect(runKey(sinkRun(), found).map(({ name }) => name)).toEqual(['id'])
  expect(runKey(sinkRun(), keyed).map(({ name }) => name)).toEqual(['id', 'batch', 'revision'])
})

test('a key in another order is another key', () => {
  const run = sinkRun({ keys: [column('b'), column('a')] })
  expect(() => missingColumns(run, { columns, keyColumns: ['a', 'b', 'batch', 'revision'] })).toThrow(
    /key \(a, b, batch, revision\); expected the job’s key \(b, a, batch, revision\)/,
  )
  const notNull = [plain('a', 'text', true), plain('b', 'text', true), ...columns.slice(3)]
  expect(() => missingColumns(run, { columns: notNull, keyColumns: [] })).toThrow(
    /key \(a, b\); expected the job’s key \(b, a\)/,
  )
})

test.each<[string, Partial<SinkRun>, RegExp]>([
  ['another column', { keys: [column('other')] }, /key \(id\); expected the job’s key \(other\)/],
  ['one column more', { keys: [...sinkRun().keys, column('more')] }, /key \(id\); .* \(id, more\)/],
  ['a carried column', { keys: [column('carrier')], carry: [] }, /key \(id\); .* \(carrier\)/],
])('a key of %s is refused also where the table of all revisions has none', (_, changes, message) => {
  expect(() => missingColumns(sinkRun(changes), found)).toThrow(message)
})
