import fs from 'node:fs'
import path from 'node:path'
import { duckdb, type Scenario, startScenario } from '../stack/scenario'
import { parse } from 'yaml'

const example = path.resolve(__dirname, '..', '..', 'examples', 'flights')
const nights = ['04', '05', '06', '07', '08', '09', '10'].map((day) => `2013-07-${day}`)
let scenario: Scenario

beforeAll(async () => {
  scenario = await startScenario()
  fs.symlinkSync(path.join(example, 'data'), path.join(scenario.folder, 'data'))
  await scenario.register(path.join(example, 'models', 'v1'))
  await scenario.apply(
    parse(fs.readFileSync(path.join(example, 'job.yaml'), 'utf8')) as Record<string, unknown>,
  )
}, 60_000)

test('seven nights in July: keys, carried columns and scores equal Python’s', async () => {
  const worker = await scenario.worker({
    NIGHTSCORE_DATA_ROOTS: [scenario.folder, example].join(path.delimiter),
  })
  for (const batch of nights) await scenario.run({ job: 'flights-late', batch })
  await worker.kill('SIGTERM')
  const expected = await duckdb(
    `SELECT flight_id, batch, carrier, origin, score::double, label FROM '${path.resolve(__dirname, 'flights-july.parquet')}' ORDER BY flight_id`,
  )
  const found = await scenario.rows<{ row: unknown[] }>(
    `SELECT json_build_array(flight_id::text, batch, carrier, origin, score::float8, label) AS row FROM predictions.flights_late ORDER BY flight_id`,
  )
  expect(found.length).toBe(6_307)
  const exact = (row: readonly unknown[]) => [...row.slice(0, 4), row[5]]
  expect(found.map(({ row }) => exact(row))).toEqual(expected.map(exact))
  const largest = Math.max(...found.map(({ row }, i) => Math.abs(Number(row[4]) - Number(expected[i]?.[4]))))
  process.stdout.write(`seven nights: ${found.length} rows, largest deviation ${largest.toExponential(1)}\n`)
  expect(largest).toBeLessThan(1e-6)
})
