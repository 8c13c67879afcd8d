import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { WorkerProcess } from '../stack'
import { duckdb, goldenModel, type Scenario, startScenario } from '../stack/scenario'

/** Models made by scikit-learn and LightGBM, scored from Parquet and from Postgres; expected: Python's ONNX Runtime. */
const zoo = [
  'binary-packed-floats',
  'binary-mixed-columns',
  'multiclass-list',
  'text-classifier',
  'regression-float32',
  'regression-double',
  'regression-int64',
  'raw-int32-bool',
  'raw-two-outputs',
]

let scenario: Scenario
let worker: WorkerProcess

beforeAll(async () => {
  scenario = await startScenario()
  worker = await scenario.worker()
}, 60_000)
afterAll(() => worker.kill('SIGTERM'))

const postgresTypes: Record<string, string> = {
  BIGINT: 'bigint',
  INTEGER: 'integer',
  FLOAT: 'real',
  DOUBLE: 'double precision',
  VARCHAR: 'text',
  BOOLEAN: 'boolean',
  'FLOAT[]': 'real[]',
}

async function readParquet(file: string) {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll(`SELECT * FROM '${file}' ORDER BY id`)
  return {
    rows: reader.getRowObjectsJson(),
    names: reader.columnNames(),
    types: reader.columnTypes().map(String),
  }
}

/** The same rows as a Postgres table. They go as JSON text: node-api would drop a byte order mark at the start of a text. */
async function asTable(name: string, file: string): Promise<void> {
  const { names, types } = await readParquet(file)
  const columns = names.map((column, i) => `"${column}" ${postgresTypes[types[i] ?? ''] ?? 'unknown'}`)
  await scenario.rows(`CREATE TABLE ${name} (${columns.join(', ')})`)
  await duckdb(`COPY (SELECT * FROM '${file}') TO '${file}.json' (FORMAT json, ARRAY true)`)
  const text = fs.readFileSync(`${file}.json`, 'utf8').replaceAll(/:NaN\b/g, ':"NaN"')
  await scenario.rows(
    `INSERT INTO ${name} SELECT * FROM jsonb_populate_recordset(NULL::${name}, $1::jsonb)`,
    [text],
  )
}

/** Numbers as numbers, arrays one by one, so that they compare with a tolerance. */
function flat(value: unknown): (number | string | boolean | null)[] {
  if (Array.isArray(value)) return value.flatMap(flat)
  if (typeof value === 'string' && value !== '' && !Number.isNaN(Number(value))) return [Number(value)]
  return [value as number]
}

test.each(zoo)('%s: equal from both sources, and to Python', async (name) => {
  const table = name.replaceAll('-', '_')
  fs.copyFileSync(path.join(goldenModel(name), 'rows.parquet'), path.join(scenario.folder, `${name}.parquet`))
  await asTable(`source_${table}`, path.join(scenario.folder, `${name}.parquet`))
  await scenario.register(goldenModel(name))
  const job = { model: `${name}@champion`, key: ['id'], shards: { rows: 128, inFlight: 4 } }
  const sources = {
    files: { parquet: `${name}.parquet` },
    query: { postgres: { query: `select * from source_${table} order by id` } },
  }
  for (const [kind, source] of Object.entries(sources)) {
    await scenario.apply({
      ...job,
      name: `${name}-${kind}`,
      source,
      sink: { postgres: `zoo.${table}_${kind}` },
    })
    const summary = await scenario.run({ job: `${name}-${kind}`, batch: '1' })
    expect(summary).toMatchObject({ state: 'published', rows: { quarantined: 0 } })
  }
  const scored = (kind: string) =>
    scenario.rows<Record<string, unknown>>(
      `SELECT to_jsonb(p) - '{batch,revision,run_id,model_version}'::text[] AS row FROM zoo.${table}_${kind} p ORDER BY id`,
    )
  const fromFiles = await scored('files')
  expect(await scored('query')).toEqual(fromFiles)

  const expected = (await readParquet(path.join(goldenModel(name), 'expected.parquet'))).rows
  expect(fromFiles).toHaveLength(expected.length)
  const raw = new Map([
    ['output_norm', 'norm'],
    ['output_unit', 'unit'],
    ['output_total', 'total'],
    ['output_flags', 'flags'],
  ])
  let largest = 0
  expected.forEach((row, i) => {
    const found = fromFiles[i]?.['row'] as Record<string, unknown>
    for (const [column, value] of Object.entries(row)) {
      const ours = flat(found[raw.get(column) ?? column])
      flat(value).forEach((theirs, j) => {
        if (typeof theirs !== 'number') return expect(ours[j]).toBe(theirs)
        largest = Math.max(largest, Math.abs(Number(ours[j]) - theirs) / Math.max(1, Math.abs(theirs)))
      })
      expect(ours).toHaveLength(flat(value).length)
    }
  })
  process.stdout.write(`${name}: ${expected.length} rows, largest deviation ${largest.toExponential(1)}\n`)
  expect(largest).toBeLessThan(1e-6)
})
