import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { threadId } from 'node:worker_threads'
import { DuckDBDataChunk, DuckDBInstance, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api'
import type { RecordBatch } from 'apache-arrow'
import type { Column } from '../../../schemas/column'
import type { SinkFile } from '../../../schemas/run'
import type { ParquetTarget } from '../../scoring/score-shard-task'
import { chunkRows } from '../chunk-columns'
import { quoteIdentifier, quoteLiteral } from '../quote-identifier'
import { checkArrowForm } from './arrow-form'
import { fillVector } from './fill-vector'
import { parquetTypes } from './parquet-columns'
import { pathFailed } from './path-failed'
import { syncFolder } from './sync-folder'

/** Above it, DuckDB puts rows aside in the system's folder for temporary files. */
const memoryLimit = '512MB'

/** One shard's Parquet file. Exactly one of close and abort ends it. */
export interface ParquetWriter {
  /** @param batch its columns, by position, have the Arrow forms of schemas/column.ts */
  write(batch: RecordBatch): Promise<void>
  /** Writes the file, makes it durable and gives it its name: from then on it is whole. */
  close(): Promise<SinkFile>
  /** Leaves nothing behind. */
  abort(): Promise<void>
}

/**
 * Opens the file of one attempt at a shard: shard-<no>-<random>.parquet in the target's folder, with the given columns and,
 * where the target has constants, batch and revision before, model_version and run_id after them. It has another name until
 * it is whole.
 * @param columns keys, carried columns, predictions
 * @throws SINK_PATH_FAILED where the folder cannot be written
 */
export async function openParquetWriter(
  target: ParquetTarget,
  shardNo: number,
  columns: readonly Column[],
): Promise<ParquetWriter> {
  const name = `shard-${String(shardNo).padStart(6, '0')}-${randomBytes(4).toString('hex')}.parquet`
  const files = {
    name,
    final: path.join(target.folder, name),
    partial: path.join(target.folder, `.${name}.part`),
  }
  const connection = await (await threadInstance()).connect()
  const table = `shard_${(tables += 1)}`
  // the users' names come in with the file: a table's columns are unique without regard to case, a file's are not
  const definitions = columns.map(({ type }, i) => `c${i} ${parquetTypes[type].duckdb.toString()}`)
  await connection.run(`CREATE TABLE ${table} (${definitions.join(', ')})`)
  const rows = { connection, table, appender: await connection.createAppender(table) }
  return new DuckdbParquetWriter(target, columns, files, rows)
}

/** Several files may be written at once: a shard's and its pairs. */
let tables = 0
let instance: Promise<DuckDBInstance> | null = null

/** The thread's own DuckDB, opened once: that takes 13 ms of the processor. No SQL of users runs in it. */
function threadInstance(): Promise<DuckDBInstance> {
  instance ??= DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memoryLimit,
    temp_directory: path.join(tmpdir(), `nightscore-spill-${process.pid}-${threadId}`),
  })
  return instance
}

interface Rows {
  readonly connection: DuckDBConnection
  readonly table: string
  readonly appender: DuckDBAppender
}

interface Files {
  readonly name: string
  readonly final: string
  readonly partial: string
}

class DuckdbParquetWriter implements ParquetWriter {
  private rows = 0
  private isForgotten = false
  private readonly chunk: DuckDBDataChunk

  constructor(
    private readonly target: ParquetTarget,
    private readonly columns: readonly Column[],
    private readonly files: Files,
    private readonly held: Rows,
  ) {
    this.chunk = DuckDBDataChunk.create(columns.map(({ type }) => parquetTypes[type].duckdb))
  }

  write(batch: RecordBatch): Promise<void> {
    const fills = this.columns.map((column, i) =>
      fillVector(checkArrowForm(column, batch.data.children[i]), parquetTypes[column.type]),
    )
    for (let start = 0; start < batch.numRows; start += chunkRows) {
      const count = Math.min(chunkRows, batch.numRows - start)
      this.chunk.reset()
      this.chunk.rowCount = count
      fills.forEach((fill, column) => fill(this.chunk, column, start, count))
      this.held.appender.appendDataChunk(this.chunk)
    }
    this.rows += batch.numRows
    return Promise.resolve()
  }

  async close(): Promise<SinkFile> {
    const { appender, connection, table } = this.held
    try {
      appender.closeSync()
      await connection.run(copyStatement(this.target, this.columns, { table, file: this.files.partial }))
      await this.forget()
      const { sizeBytes, sha256 } = await makeDurable(this.files.partial)
      await rename(this.files.partial, this.files.final)
      await syncFolder(this.target.folder)
      return { name: this.files.name, rows: this.rows, sizeBytes, sha256 }
    } catch (error) {
      await this.abort()
      throw pathFailed(error, this.files.final)
    }
  }

  async abort(): Promise<void> {
    await this.forget()
    await rm(this.files.partial, { force: true })
  }

  /** Gives the table's memory back. */
  private async forget(): Promise<void> {
    if (this.isForgotten) return
    this.isForgotten = true
    const { connection, table } = this.held
    await connection.run(`DROP TABLE ${table}`)
    connection.closeSync()
  }
}

/** The COPY that writes the file. Pure. */
export function copyStatement(
  target: ParquetTarget,
  columns: readonly Column[],
  { table, file }: { readonly table: string; readonly file: string },
): string {
  const { constants } = target
  const own = columns.map(({ name }, i) => `c${i} AS ${quoteIdentifier(name)}`)
  const selected = constants
    ? [
        `${quoteLiteral(constants.batch)} AS batch`,
        `${constants.revision}::INTEGER AS revision`,
        ...own,
        `${constants.modelVersion}::INTEGER AS model_version`,
        `${quoteLiteral(constants.runId)} AS run_id`,
      ]
    : own
  // v1 is for readers that lag behind: parquetjs-lite takes a number from a dictionary for text
  const version =
    target.version === 'v1' ? 'PARQUET_VERSION V1, DICTIONARY_SIZE_LIMIT 0' : 'PARQUET_VERSION V2'
  const options = `FORMAT parquet, COMPRESSION ${target.compression}, ${version}`
  return `COPY (SELECT ${selected.join(', ')} FROM ${table}) TO ${quoteLiteral(file)} (${options})`
}

/** Forces the file to disk and reads it back for its digest. */
async function makeDurable(file: string): Promise<{ sizeBytes: number; sha256: string }> {
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const part of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(part)
    sizeBytes += part.length
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}
