import { jobFileSchema } from '../../schemas/job-file'
import { scoreBatchInputSchema } from '../../schemas/run'
import { strictParse } from '../../schemas/strict-parse'

const job = { name: 'j', model: 'm@1', source: { parquet: 'x' }, key: ['id'], sink: { postgres: 'p.t' } }
const parsing = (change: object) => () =>
  strictParse(jobFileSchema, { ...job, ...change }, 'JOB_INVALID', 'job.yaml')

describe('strictParse of a job file', () => {
  it('fills in the defaults', () => {
    expect(parsing({})()).toMatchObject({
      batch: { every: 'day', timezone: 'UTC', lag: 1 },
      shards: { rows: 250_000, inFlight: 16 },
    })
  })

  it.each([
    ['an unknown key and the nearest known one', { shard: {} }, /unknown key "shard" \(nearest: "shards"\)/],
    ['an unknown key deeper down', { shards: { row: 1 } }, /unknown key "shards.row" \(nearest: "rows"\)/],
    [
      'a key of no kind of source',
      { source: { parkett: 'x' } },
      /unknown key "source.parkett" \(nearest: "parquet"\); expected one of parquet, where, arrow, csv, postgres/,
    ],
    [
      'an unknown time zone',
      { batch: { timezone: 'Mars/Olympus' } },
      /batch.timezone = "Mars\/Olympus"; expected batch.timezone: an IANA time zone/,
    ],
    ['a missing field', { key: undefined }, /key = nothing/],
    [
      'a model without version or alias',
      { model: 'm' },
      /model = "m"; expected model: name@version or name@alias/,
    ],
    ['a column named twice', { carry: ['id'] }, /carry.0 = "id"; expected carry.0: each column once/],
    ['a wrong field in a source', { source: { parquet: 3 } }, /source.parquet = 3/],
    [
      'a limit of writers without Postgres',
      { sink: { parquet: 'out', concurrency: 4 } },
      /concurrency is of the Postgres sink/,
    ],
    ['no sink', { sink: {} }, /sink = \{\}; expected sink: postgres, parquet or both/],
  ])('names %s', (_, change, message) => {
    expect(parsing(change)).toThrow(message)
  })
})

describe('strictParse of a workflow’s input', () => {
  const parse = (value: unknown) => () => strictParse(scoreBatchInputSchema, value, 'INPUT_INVALID', 'input')
  it.each([
    ['no object', 'score it', /the whole = "score it"/],
    ['nothing at all', undefined, /INPUT_INVALID/],
    ['a typing error', { jop: 'flights' }, /unknown key "jop" \(nearest: "job"\)/],
    ['a batch key with ..', { job: 'j', batch: '..' }, /batch = ".."/],
    ['a batch key with a quote', { job: 'j', batch: "x'y" }, /letters, digits and/],
    ['a run id that is none', { job: 'j', resume: '12' }, /resume = "12"/],
  ])('refuses %s', (_, value, message) => {
    expect(parse(value)).toThrow(message)
  })
})
