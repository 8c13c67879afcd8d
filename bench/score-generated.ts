import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { Client as PostgresClient } from 'pg'
import { stringify } from 'yaml'
import { Connections } from '../activities/data/postgres/connections'
import { applyJob, readJobFile } from '../activities/runs/job-store'
import { readModelKeys } from '../activities/scoring/model-keys'
import { registerModel } from '../activities/scoring/registry'
import type { ShardTimings } from '../schemas/run'
import { startLocalStack } from '../workers/local-stack'
import { migrate } from '../workers/migrate'
import { connectTemporal } from '../workers/temporal-connection'
import { shadowCost } from './shadow-cost'

/**
 * Scores generated rows with the flights model v2 (LightGBM, 100 trees x 31 leaves, 16 features of which three are text)
 * through Temporal into Postgres, as a user's run would, checks the output, and prints rows/s per stage and end to end.
 * Usage: npm run bench [-- ROWS [PACKAGE] [--shadow]]     default 5,000,000 rows; PACKAGE: another model of the same features;
 * --shadow: also what the same model costs once more in the shadow
 */
const [rowsAsked, packageAsked] = process.argv.slice(2).filter((word) => word !== '--shadow')
const rowCount = Number(rowsAsked ?? 5_000_000)
const project = path.resolve(__dirname, '..', '..')
const packageFolder = packageAsked ?? path.join(project, 'examples', 'flights', 'models', 'v2')
const folder = path.join(project, '.nightscore', 'bench')
const taskQueue = `bench-${process.pid}`

async function generate(file: string): Promise<void> {
  if (fs.existsSync(file)) return
  const number = (name: string, least: number, most: number) =>
    `(${least} + hash(i, '${name}') % 10000 * ${(most - least) / 10_000})::float AS ${name}`
  const pick = (name: string, values: string[]) =>
    `[${values.map((value) => `'${value}'`).join(', ')}][1 + (hash(i, '${name}') % ${values.length})::int] AS ${name}`
  const columns = [
    'i::bigint AS id',
    '(1 + i % 7)::float AS day_of_week',
    '(i % 1440)::float AS minute_of_day',
    'i % 4 = 0 AS peak',
    pick('carrier', ['9E', 'AA', 'AS', 'B6', 'DL', 'EV', 'UA', 'US', 'WN']),
    pick('origin', ['EWR', 'JFK', 'LGA']),
    pick('dest', ['ATL', 'BOS', 'CLT', 'DEN', 'LAX', 'MCO', 'ORD', 'SFO']),
    number('distance', 80, 5_000),
    number('temp', 10, 100),
    number('dewp', 0, 70),
    number('humid', 20, 100),
    number('wind_dir', 0, 360),
    number('wind_speed', 0, 40),
    number('wind_gust', 0, 60),
    number('precip', 0, 1),
    number('pressure', 990, 1_040),
    number('visib', 0, 10),
  ]
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(
    `COPY (SELECT ${columns.join(', ')} FROM range(${rowCount}) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  )
}

async function freshDatabase(serverUrl: string): Promise<string> {
  const url = new URL(serverUrl)
  const admin = new PostgresClient({ connectionString: serverUrl })
  await admin.connect()
  await admin.query('DROP DATABASE IF EXISTS nightscore_bench WITH (FORCE)')
  await admin.query('CREATE DATABASE nightscore_bench')
  await admin.end()
  url.pathname = '/nightscore_bench'
  await migrate(url.href)
  return url.href
}

async function main(): Promise<void> {
  fs.mkdirSync(folder, { recursive: true })
  const stack = await startLocalStack({ root: folder, report: say, stopOnSignal: true })
  const databaseUrl = await freshDatabase(stack.databaseUrl)
  const environment = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    NIGHTSCORE_TASK_QUEUE: taskQueue,
  }
  const connections = new Connections({ controlUrl: databaseUrl, environment })
  const temporal = await connectTemporal(environment)
  const worker = spawn(
    process.execPath,
    [path.join(project, 'dist', 'workers', 'cli', 'main.js'), 'worker'],
    {
      env: { ...environment, NIGHTSCORE_LOG_LEVEL: 'warn', NIGHTSCORE_STORE: path.join(folder, 'store') },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  try {
    say(`generating ${rowCount} rows`)
    const file = `generated-${rowCount}.parquet`
    await generate(path.join(folder, file))
    const keys = readModelKeys(environment)
    const registered = await registerModel(connections.control, packageFolder, { keys, by: 'bench' })
    const { model, version } = registered
    const job = {
      name: 'bench',
      model: `${model}@${version}`,
      source: { parquet: file },
      key: ['id'],
      sink: { postgres: 'predictions.bench' },
    }
    fs.writeFileSync(path.join(folder, 'job.yaml'), stringify(job))
    await applyJob(connections.control, await readJobFile(path.join(folder, 'job.yaml')), 'bench')
    await temporal.workflow.execute('scoreBatch', {
      taskQueue,
      workflowId: `${taskQueue}/warm-up`,
      args: [{ job: 'bench', batch: 'warm-up' }],
    })
    const started = Date.now()
    await temporal.workflow.execute('scoreBatch', {
      taskQueue,
      workflowId: `${taskQueue}/run`,
      args: [{ job: 'bench', batch: 'measured' }],
    })
    await report(connections, (Date.now() - started) / 1_000)
    const run = (input: object & { readonly batch: string }) =>
      temporal.workflow.execute('scoreBatch', {
        taskQueue,
        workflowId: `${taskQueue}/${input.batch}`,
        args: [{ job: 'bench', ...input }],
      })
    if (process.argv.includes('--shadow'))
      await shadowCost({ control: connections.control, environment, packageFolder, folder, run, say })
  } finally {
    worker.kill('SIGTERM')
    await new Promise((resolve) => worker.once('exit', resolve))
    await temporal.connection.close()
    await connections.close()
    await stack.stop()
  }
}

/** Checks what was written, then prints; a wrong count or sum prints no figure. */
async function report({ control }: Connections, seconds: number): Promise<void> {
  const { rows: written } = await control.query<{ count: number; keys: number; sums: number }>(
    `SELECT count(*)::int, count(DISTINCT id)::int AS keys,
       (SELECT count(DISTINCT round(score_sum::numeric, 3))::int FROM nightscore.run) AS sums
     FROM predictions.bench WHERE batch = 'measured'`,
  )
  const [output] = written
  if (output?.count !== rowCount || output.keys !== rowCount || output.sums !== 1)
    throw new Error(
      `the output is wrong: ${JSON.stringify(output)}; expected ${rowCount} rows, as many keys, one sum of scores`,
    )
  const { rows: shards } = await control.query<{ timings: ShardTimings }>(
    `SELECT result->'timings' AS timings FROM nightscore.shard JOIN nightscore.run USING (run_id) WHERE batch = 'measured'`,
  )
  const { rows: phases } = await control.query<Record<string, number>>(
    `SELECT extract(epoch FROM planned_at - opened_at)::float8 AS plan, extract(epoch FROM scored_at - planned_at)::float8 AS score,
            extract(epoch FROM checked_at - scored_at)::float8 AS "check (key)", extract(epoch FROM published_at - checked_at)::float8 AS "evaluate, publish"
     FROM nightscore.run WHERE batch = 'measured'`,
  )
  const perSecond = (s: number) => `${Math.round(rowCount / s).toLocaleString('en')} rows/s`
  say(`\n${rowCount.toLocaleString('en')} rows x 16 features, ${shards.length} shards; stages by thread time`)
  for (const stage of stages) {
    const spent = threadSeconds(shards, stage)
    say(`  ${stage.slice(0, -2).padEnd(12)} ${spent.toFixed(2).padStart(8)} s  ${perSecond(spent)} a thread`)
  }
  const profile = threadSeconds(shards, 'profileMs')
  const without = threadSeconds(shards, 'totalMs') - profile
  say(`profiles add ${((100 * profile) / without).toFixed(1)} % to the rest of the threads' time`)
  say('phases by the clock')
  for (const [phase, spent] of Object.entries(phases[0] ?? {}))
    say(`  ${phase.padEnd(18)} ${spent.toFixed(2).padStart(8)} s`)
  say(`end to end     ${seconds.toFixed(2).padStart(8)} s  ${perSecond(seconds)}`)
}

const stages = ['readMs', 'encodeMs', 'inferMs', 'profileMs', 'shadowMs', 'writeMs', 'totalMs'] as const

function threadSeconds(
  shards: readonly { readonly timings: ShardTimings }[],
  stage: (typeof stages)[number],
): number {
  return shards.reduce((sum, { timings }) => sum + timings[stage], 0) / 1_000
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
