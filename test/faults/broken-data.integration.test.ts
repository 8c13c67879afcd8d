import fs from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { referenceCodec } from '../../activities/evaluation/profiles/reference-codec'
import { referenceProfile } from '../../activities/evaluation/profiles/reference-profile'
import type { Report } from '../../schemas/report'
import type { WorkerProcess } from '../stack'
import { duckdb, type Scenario, startScenario } from '../stack/scenario'

/**
 * The example's own job on its own nights, from the first of June on; then July 9 again and again, each time broken in another
 * way. What is wrong must be in the report's first line: which column, and why. Nothing is tuned for it: trailing limits, as
 * the example has them.
 */
const example = path.resolve(__dirname, '..', '..', 'examples', 'flights')
const flights = (month: number) => path.join(example, 'data', 'flights', `month=0${month}`, 'flights.parquet')
const june = Array.from({ length: 30 }, (_, i) => `2013-06-${String(i + 1).padStart(2, '0')}`)
/** Of the fourteen nights before there are enough, each is compared with the package's own reference: any order will do. */
const nightsAtLeast = 14
const batch = '2013-07-09'

let scenario: Scenario
let worker: WorkerProcess

/** July's flights, broken by `* REPLACE (…)` of DuckDB, and only those where `where` holds. */
async function writeJuly(replace = '', where = 'true'): Promise<void> {
  const folder = path.join(scenario.folder, 'data', 'flights', 'month=07')
  fs.mkdirSync(folder, { recursive: true })
  const columns = replace === '' ? '*' : `* REPLACE (${replace})`
  await duckdb(
    `COPY (SELECT ${columns} FROM read_parquet('${flights(7)}', hive_partitioning = false) WHERE ${where})
     TO '${path.join(folder, 'flights.parquet')}' (FORMAT parquet)`,
  )
}

/** The example's job, which a change to its monitor may break. Labels are another matter. */
async function applyExample(monitor: object = {}): Promise<void> {
  const job = parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, object>
  delete job['labels']
  await scenario.apply({
    ...job,
    sink: { postgres: 'predictions.flights_late' },
    monitor: { ...job['monitor'], ...monitor },
  })
}

interface Outcome {
  readonly state: string
  readonly verdict: string
  /** The first line. */
  readonly headline: string
  readonly report: Report
}

/** Scores the night without publishing it, so that all that come here have the same past. */
async function outcome(): Promise<Outcome> {
  await scenario.run({ job: 'flights-late', batch, publish: false }).catch((error: unknown) => {
    const { type } = error as { type?: string }
    if (type === undefined || !['GATE_FAILED', 'RUN_QUARANTINE_LIMIT'].includes(type)) throw error
  })
  const [found] = await scenario.rows<Outcome>(
    `SELECT state, r.verdict, headline, json AS report FROM nightscore.report r JOIN nightscore.run USING (run_id)
     WHERE batch = $1 ORDER BY revision DESC LIMIT 1`,
    [batch],
  )
  if (found === undefined) throw new Error('the run has no report')
  return found
}

const failing = ({ report }: Outcome) =>
  report.findings
    .filter(({ verdict, scope }) => verdict === 'fail' && scope === 'feature')
    .map(({ column }) => column)

beforeAll(async () => {
  scenario = await startScenario()
  await scenario.register(path.join(example, 'models', 'v1'))
  const folder = path.join(scenario.folder, 'data', 'flights', 'month=06')
  fs.mkdirSync(folder, { recursive: true })
  fs.copyFileSync(flights(6), path.join(folder, 'flights.parquet'))
  await applyExample()
  worker = await scenario.worker()
  const run = (night: string) => scenario.run({ job: 'flights-late', batch: night })
  await Promise.all(june.slice(0, nightsAtLeast).map(run))
  for (const night of june.slice(nightsAtLeast)) await run(night)
}, 240_000)
afterAll(() => worker.kill('SIGTERM'))

test('the night as it was: no column of it fails', async () => {
  await writeJuly()
  const found = await outcome()
  expect(found.report.reference?.kind).toBe('trailing')
  expect(found.verdict).not.toBe('fail')
  expect(failing(found)).toEqual([])
})

test.each([
  [
    'a column that turns 95 % null',
    ['CASE WHEN hash(flight_id) % 100 < 5 THEN wind_speed END AS wind_speed'],
    /^wind_speed is missing in 9[4-6]\.?\d* % of rows; 0\.?\d* % in the reference: did its source stop filling it\?/,
    ['wind_speed'],
  ],
  [
    'a category under a new name',
    [`CASE carrier WHEN 'UA' THEN 'United' ELSE carrier END AS carrier`],
    /^carrier: UA \(1\d\.\d % of the reference\) is gone, United \(1\d\.\d %\) is new: renamed\?/,
    ['carrier'],
  ],
  [
    'a temperature that turns Celsius',
    ['((temp - 32) / 1.8)::float AS temp'],
    /^temp looks like Fahrenheit turned Celsius: mean 7\d\.?\d* -> 2\d\.\d/,
    ['temp'],
  ],
  [
    'half of the feed',
    ['', 'hash(flight_id) % 2 = 0'],
    /^\d+ rows, half of the \d+ of the last \d+ batches \(median\): is a part of the feed missing\?/,
    [],
  ],
  [
    'a column with one value',
    ['1000::integer AS distance'],
    /^distance is 1,000 in all 1,001 rows, the reference has \d+ to 4,983: stuck, or filled by a default\?/,
    ['distance'],
  ],
] as const)('%s fails, and the first line says what and why', async (_, change, headline, columns) => {
  await writeJuly(...change)
  const found = await outcome()
  expect(found.headline).toMatch(headline)
  expect(found.verdict).toBe('fail')
  expect(failing(found)).toEqual(columns)
})

test('of two at once each has its sentence', async () => {
  await writeJuly(
    '((temp - 32) / 1.8)::float AS temp, CASE WHEN hash(flight_id) % 5 = 0 THEN visib END AS visib',
  )
  const { report } = await outcome()
  const firstTwo = report.findings.slice(0, 2).map(({ verdict, sentence }) => `${verdict} ${sentence}`)
  expect(firstTwo.sort()).toEqual([
    expect.stringMatching(/^fail temp looks like Fahrenheit turned Celsius/),
    expect.stringMatching(/^fail visib is missing in 7\d\.\d % of rows/),
  ])
})

describe('columns of another type', () => {
  test('that still can be read are a warning that names them', async () => {
    await writeJuly('round(temp)::integer AS temp, dewp::varchar AS dewp')
    const found = await outcome()
    expect(found.headline).toMatch(
      /^2 of the source’s columns changed: temp is INTEGER, was FLOAT; dewp is VARCHAR, was FLOAT/,
    )
    expect(found.verdict).toBe('warn')
  })

  test('that cannot are missing', async () => {
    await writeJuly(`'warm' AS temp`)
    const found = await outcome()
    expect(found.headline).toMatch(/^temp is missing in all 1,001 rows/)
    expect(found.report.findings.map(({ sentence }) => sentence)).toContain(
      '1 of the source’s columns changed: temp is VARCHAR, was FLOAT',
    )
  })
})

test('a column that cannot be counted says so, and the others have their numbers', async () => {
  await writeJuly()
  await applyExample({ reference: 'model', gates: [] })
  await damageReference('feature/visib')
  const { state, verdict, report } = await outcome()
  expect({ state, verdict }).toEqual({ state: 'rejected', verdict: 'warn' })
  expect(report.columns.find(({ column }) => column === 'visib')).toMatchObject({
    verdict: 'error',
    current: null,
    metrics: [{ verdict: 'error', reason: 'the column is of type number, its reference of text' }],
  })
  expect(report.findings.map(({ sentence }) => sentence)).toContain(
    'visib changed its type: number now, text in the reference',
  )
  const others = report.columns.filter(({ column }) => column !== 'visib')
  expect(others).toHaveLength(11)
  for (const { column, metrics } of others)
    expect({ column, psi: metrics.find(({ metric }) => metric === 'psi')?.value }).toEqual({
      column,
      psi: expect.any(Number),
    })
})

/** Has the model package's reference hold texts in a column of numbers: no file can bring that about. */
async function damageReference(key: string): Promise<void> {
  const texts = { dictionary: ['clear', 'fog'], codes: Int32Array.from({ length: 500 }, (_, i) => i % 2) }
  const damaged = referenceProfile(new Map([[key, texts]]))
  const references = await scenario.rows<{ id: string; profile: Buffer }>(
    `SELECT reference_id AS id, profile FROM nightscore.reference_profile WHERE kind = 'model'`,
  )
  for (const { id, profile } of references) {
    const { columns, ...rest } = referenceCodec.decode(profile)
    const bytes = referenceCodec.encode({ ...rest, columns: new Map([...columns, ...damaged.columns]) })
    await scenario.rows('UPDATE nightscore.reference_profile SET profile = $2 WHERE reference_id = $1', [
      id,
      Buffer.from(bytes),
    ])
  }
}
