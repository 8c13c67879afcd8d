import fs from 'node:fs'
import path from 'node:path'
import { openBenchStack, projectFolder, type BenchStack } from './bench-stack'
import { linearPackage } from './linear-package'
import { linearRows, usualRowGroup } from './linear-rows'
import { processFigures } from './process-figures'

/**
 * The memory of a worker: its peak (VmHWM, all threads) over whole runs through Temporal into Postgres, each with a worker of its
 * own. The output of each run is checked before its figures are printed.
 * Usage: npm run bench:memory [-- --quick] [-- CASE ...]     cases: see below; --quick: a tenth of the rows
 */
interface Case {
  readonly name: string
  readonly rows: number
  readonly features: number
  /** Rows of a row group. */
  readonly rowGroup: number
}

const million = 1_000_000
const rowsPerFile = 5 * million
const cases: readonly Case[] = [
  { name: '5m-16', rows: 5 * million, features: 16, rowGroup: usualRowGroup },
  { name: '20m-16', rows: 20 * million, features: 16, rowGroup: usualRowGroup },
  { name: '5m-16-one-group', rows: 5 * million, features: 16, rowGroup: rowsPerFile },
  { name: '5m-300', rows: 5 * million, features: 300, rowGroup: usualRowGroup },
  { name: '20m-300', rows: 20 * million, features: 300, rowGroup: usualRowGroup },
]

interface Measured {
  readonly shards: number
  readonly peakMb: number
  readonly idleMb: number
  readonly seconds: number
  readonly cpuSeconds: number
  /** What a row takes in Postgres: its table, its key, and what was written to the log. */
  readonly rowBytes: { readonly table: number; readonly key: number; readonly log: number }
}

const words = process.argv.slice(2)
const scale = words.includes('--quick') ? 10 : 1
const asked = words.filter((word) => !word.startsWith('--'))
const folder = path.join(projectFolder, '.nightscore', 'bench-memory')

async function main(): Promise<void> {
  const unknown = asked.find((name) => !cases.some((one) => one.name === name))
  if (unknown !== undefined)
    throw new Error(`no case ${unknown}; there are ${cases.map(({ name }) => name).join(', ')}`)
  const chosen = cases.filter(({ name }) => asked.length === 0 || asked.includes(name))
  const stack = await openBenchStack(folder, 'memory', say)
  const measured = new Map<string, Measured>()
  try {
    for (const one of chosen) {
      const result = await measure(stack, one)
      measured.set(one.name, result)
      say(`${one.name}: ${JSON.stringify(result)}`)
    }
  } finally {
    await stack.close()
  }
  print(chosen, measured)
}

async function measure(stack: BenchStack, { name, rows, features, rowGroup }: Case): Promise<Measured> {
  const source = await linearRows(folder, {
    rows: rows / scale,
    features,
    rowsPerFile: rowsPerFile / scale,
    rowGroup: rowGroup === usualRowGroup ? rowGroup : rowGroup / scale,
  })
  linearPackage(path.join(folder, `model-${features}`), features)
  const table = `predictions.rows_${name.replace(/-/g, '_')}`
  const model = await stack.register(path.join(folder, `model-${features}`))
  await stack.apply(source.folder, {
    name,
    model,
    source: { parquet: 'part=*/rows.parquet' },
    key: ['part', 'id'],
    sink: { postgres: table },
  })
  const logBefore = await logBytes(stack)
  const worker = await stack.startWorker()
  const figures = () => processFigures(worker.pid)
  const idleMb = figures().residentMb
  const samples: number[] = []
  const started = Date.now()
  const sampling = setInterval(() => samples.push(figures().residentMb), 1_000)
  try {
    const { shards } = await stack.run({ job: name, batch: '1' })
    const seconds = (Date.now() - started) / 1_000
    const { peakMb, cpuSeconds } = figures()
    await checkOutput(stack, table, source)
    say(`  resident by second, MB: ${samples.map((mb) => mb.toFixed(0)).join(' ')}`)
    const rowBytes = await rowBytesOf(stack, source.rows, (await logBytes(stack)) - logBefore)
    return { shards, peakMb, idleMb, seconds, cpuSeconds, rowBytes }
  } finally {
    clearInterval(sampling)
    await worker.stop()
    fs.rmSync(source.folder, { recursive: true })
    await stack.connections.control.query('DROP SCHEMA IF EXISTS predictions CASCADE')
  }
}

async function logBytes({ connections }: BenchStack): Promise<number> {
  const { rows } = await connections.control.query<{ bytes: number }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`,
  )
  return rows[0]!.bytes
}

async function rowBytesOf(
  { connections }: BenchStack,
  rowCount: number,
  log: number,
): Promise<Measured['rowBytes']> {
  const { rows } = await connections.control.query<{ table: number; key: number }>(
    `SELECT sum(pg_table_size(c.oid))::float8 AS "table", sum(pg_indexes_size(c.oid))::float8 AS key
     FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'predictions' AND relkind = 'r'`,
  )
  const { table, key } = rows[0]!
  return { table: table / rowCount, key: key / rowCount, log: log / rowCount }
}

async function checkOutput(
  { connections }: BenchStack,
  table: string,
  { rows, sum }: { readonly rows: number; readonly sum: number },
): Promise<void> {
  const { rows: found } = await connections.control.query<{ rows: number; sum: number }>(
    `SELECT count(*)::float8 AS rows, sum(prediction::float8) AS sum FROM ${table}`,
  )
  if (found[0]?.rows !== rows || Math.abs(found[0].sum - sum) > Math.abs(sum) * 1e-4)
    throw new Error(
      `the output is wrong: ${JSON.stringify(found[0])}; expected ${rows} rows with the sum ${sum}`,
    )
}

function print(chosen: readonly Case[], measured: ReadonlyMap<string, Measured>): void {
  say(
    '\n| rows | columns | rows of a row group | shards | seconds | CPU s | idle MB | peak MB | bytes a row in Postgres: table, key, log |',
  )
  say('|---|---|---|---|---|---|---|---|---|')
  for (const { name, rows, features, rowGroup } of chosen) {
    const { shards, seconds, cpuSeconds, idleMb, peakMb, rowBytes } = measured.get(name)!
    const cells = [
      (rows / scale).toLocaleString('en'),
      features,
      (rowGroup === usualRowGroup ? rowGroup : rowGroup / scale).toLocaleString('en'),
    ]
    say(
      `| ${[
        ...cells,
        shards,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        idleMb.toFixed(0),
        peakMb.toFixed(0),
        Object.values(rowBytes)
          .map((bytes) => bytes.toFixed(0))
          .join(', '),
      ].join(' | ')} |`,
    )
  }
  for (const features of [16, 300]) {
    const [few, many] = [measured.get(`5m-${features}`), measured.get(`20m-${features}`)]
    if (few && many)
      say(
        `${features} columns: the peak of four times the rows is ${(many.peakMb / few.peakMb).toFixed(2)} x`,
      )
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

void main()
