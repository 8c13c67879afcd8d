import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Connections } from '../../activities/data/postgres/connections'
import type { ParquetOptions } from '../../activities/data/sinks/parquet-sink'
import { createRunSink } from '../../activities/data/sinks/run-sink'
import { freshDatabase, queryRows, type S3Server, startS3Server, temporaryFolder } from '../stack'
import { useS3 } from '../stack/use-s3'
import { duckdb } from '../stack/scenario'
import { describeSink, type SinkUnderTest, type VisibleRows } from './sink-contract'

let controlUrl: string
let otherUrl: string
let connections: Connections
let tests = 0

let server: S3Server

beforeAll(async () => {
  server = await startS3Server()
  server.bucket('lake')
  useS3(server)
  controlUrl = await freshDatabase()
  otherUrl = await freshDatabase({ migrated: false })
  connections = new Connections({ controlUrl, environment: { NIGHTSCORE_CONNECTION_OTHER: otherUrl } })
})
afterAll(() => connections.close())

const aggregates = (list: string) =>
  `count(*)::int AS count, count(DISTINCT id)::int AS ids, ${[
    'carrier',
    'revision',
    'run_id',
    'model_version',
  ]
    .map((column) => `coalesce(${list}(DISTINCT ${column}), ${list === 'list' ? '[]' : "'{}'"}) AS ${column}`)
    .join(', ')}`

interface Aggregated {
  readonly count: number
  readonly ids: number
  readonly carrier: string[]
  readonly revision: number[]
  readonly run_id: string[]
  readonly model_version: number[]
}
const visibleRows = (row: Aggregated): VisibleRows => ({
  count: row.count,
  ids: row.ids,
  carriers: row.carrier,
  revisions: row.revision,
  runIds: row.run_id,
  modelVersions: row.model_version,
})

/** Where an object of the test's server is a file; other paths as they are. */
const onDisk = (place: string): string => place.replace('s3://', `${server.folder}/`)

/** The files that a batch's link leads to. */
function linked(sink: ParquetOptions, batch: string): string[] {
  const folder = path.join(sink.path, `batch=${batch}`)
  return existsSync(folder) ? [`${folder}/*.parquet`] : []
}

/** The files that a batch's manifest lists. */
function listed(sink: ParquetOptions, batch: string): string[] {
  const manifest = onDisk(`${sink.path}/batch=${batch}/_current.json`)
  if (!existsSync(manifest)) return []
  const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as { files: { url: string }[] }
  return files.map(({ url }) => onDisk(url))
}

function open(options: {
  readonly postgres: 'control' | 'other' | null
  readonly parquet: boolean | 's3'
}): () => Promise<SinkUnderTest> {
  return async () => {
    const schema = `Contract ${++tests}`
    const table = 'pre"dictions; ü'
    const databaseUrl = options.postgres === 'other' ? otherUrl : controlUrl
    const parquet: ParquetOptions | null = options.parquet
      ? {
          path:
            options.parquet === 's3' ? `s3://lake/${tests}/o[u]t ü` : path.join(temporaryFolder(), 'o[u]t ü'),
          compression: 'zstd',
          version: 'v2',
        }
      : null
    const connection = options.postgres === 'other' ? 'other' : undefined
    const inPostgres = async (batch: string) => {
      const [exists] = await queryRows<{ found: boolean }>(
        databaseUrl,
        `SELECT to_regclass($1) IS NOT NULL AS found`,
        [`"${schema}"."${table.replace('"', '""')}"`],
      )
      if (!exists?.found) return []
      const [row] = await queryRows<Aggregated>(
        databaseUrl,
        `SELECT ${aggregates('array_agg')} FROM "${schema}"."${table.replace('"', '""')}" WHERE batch = $1`,
        [batch],
      )
      return row ? [visibleRows({ ...row })] : []
    }
    const inFiles = async (sink: ParquetOptions, batch: string) => {
      const files = options.parquet === 's3' ? listed(sink, batch) : linked(sink, batch)
      if (files.length === 0) return []
      const names = files.map((file) => `'${file.replaceAll('[u]', '[[]u]')}'`).join(', ')
      const rows = await duckdb(
        `SELECT ${aggregates('list')} FROM read_parquet([${names}], hive_partitioning = false)`,
      )
      const [count, ids, carrier, revision, runId, modelVersion] = rows[0] as [
        number,
        number,
        string[],
        number[],
        string[],
        number[],
      ]
      return [visibleRows({ count, ids, carrier, revision, run_id: runId, model_version: modelVersion })]
    }
    return {
      postgres: options.postgres !== null,
      parquet,
      sink: (run) =>
        createRunSink({
          connections,
          run,
          postgres: options.postgres ? { schema, table, connection } : null,
          parquet,
        }),
      visible: async (batch) => [
        ...(options.postgres ? await inPostgres(batch) : []),
        ...(parquet ? await inFiles(parquet, batch) : []),
      ],
      leftovers: async () => [
        ...(
          await queryRows<{ relname: string }>(
            databaseUrl,
            `SELECT relname FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) ORDER BY 1`,
            [schema],
          )
        ).map((row) => row.relname),
        ...(parquet && existsSync(onDisk(`${parquet.path}.runs`))
          ? readdirSync(onDisk(`${parquet.path}.runs`)).sort()
          : []),
      ],
    }
  }
}

describeSink('Postgres, beside the control tables', open({ postgres: 'control', parquet: false }))
describeSink('Postgres, in another database', open({ postgres: 'other', parquet: false }))
describeSink('Parquet', open({ postgres: null, parquet: true }))
describeSink('Postgres and Parquet', open({ postgres: 'other', parquet: true }))
describeSink('Parquet in S3', open({ postgres: null, parquet: 's3' }))
describeSink('Postgres, and Parquet in S3', open({ postgres: 'control', parquet: 's3' }))
