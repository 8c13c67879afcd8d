import {
  checkRunColumns,
  missingColumns,
  predictionColumns,
} from '../../../../activities/data/sinks/prediction-columns'
import type { SinkRun } from '../../../../activities/data/sinks/sink'
import { sinkRun } from '../../../contracts/sink-contract-run'

const column = (name: string) => ({ name, type: 'text' as const })
const found = [
  { name: 'batch', type: 'text' },
  { name: 'revision', type: 'integer' },
  { name: 'id', type: 'bigint' },
  { name: 'carrier', type: 'text' },
  { name: 'score', type: 'real' },
  { name: 'label', type: 'boolean' },
  { name: 'model_version', type: 'integer' },
  { name: 'run_id', type: 'uuid' },
]
const key = ['id', 'batch', 'revision']

test('a predictions table has batch, revision, keys, carried columns, predictions, model version, run, in this order', () => {
  expect(predictionColumns(sinkRun()).map(({ name }) => name)).toEqual(found.map(({ name }) => name))
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
  expect(missingColumns(sinkRun(changes), found, key).map(({ name }) => name)).toEqual(missing)
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
    { name: 't', type: 'timestamp with time zone' },
    { name: 'u', type: 'time without time zone' },
    { name: 'l', type: 'real[]' },
  ]
  expect(missingColumns(run, [...found, ...spelled], key)).toEqual([])
  const other = spelled.map(({ name }) => ({ name, type: 'text' }))
  expect(() => missingColumns(run, [...found, ...other], key)).toThrow(
    'found "t" text, "u" text, "l" text; expected "t" timestamp with time zone, "u" time without time zone, "l" real[]',
  )
})

test('a key in another order is another key', () => {
  const run = sinkRun({ keys: [column('b'), column('a')] })
  expect(() => missingColumns(run, found, ['a', 'b', 'batch', 'revision'])).toThrow(
    /key \(a, b, batch, revision\); expected the job’s key \(b, a, batch, revision\)/,
  )
})
