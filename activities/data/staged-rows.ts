import {
  DuckDBDataChunk,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
} from '@duckdb/node-api'
import { chunkRows, type ChunkColumn } from './chunk-columns'
import { quoteIdentifier } from './quote-identifier'
import type { SourceFile } from './source'
import type { Staging } from './staging'

export interface StagedColumn {
  readonly name: string
  readonly type: DuckDBType
  readonly values: ChunkColumn
}

/** Rows on their way from a stream into staged Parquet files of `rowsPerFile` rows each; memory holds one file's rows. */
export interface StagedRows {
  /** To be called once the columns hold the next row: null, or the handing over of a full chunk, to be awaited. */
  endRow(): Promise<void> | null
  /** Instead of endRow: to be called with the number of rows, at most chunkRows and room, that the columns hold. */
  endRows(count: number): Promise<void>
  /** The chunk's row that is being filled. */
  readonly pending: number
  /** Rows that the file which is being filled still takes. */
  readonly room: number
  /** Rows handed over so far. */
  readonly total: number
}

/** Runs `fill` and returns the files; at least one, so that a source without rows still tells its columns. */
export async function stageRows(
  staging: Staging,
  columns: readonly StagedColumn[],
  options: { readonly rowsPerFile: number; readonly signal: AbortSignal },
  fill: (rows: StagedRows) => Promise<void>,
): Promise<SourceFile[]> {
  return staging.sandbox.using(async (connection) => {
    const names = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${String(type)}`)
    await connection.run(`CREATE TABLE rows (${names.join(', ')})`)
    const rows = new Rows(staging, connection, columns, options.rowsPerFile)
    await rows.open()
    await fill(rows)
    return rows.finish()
  }, options.signal)
}

class Rows implements StagedRows {
  pending = 0
  total = 0
  private inTable = 0
  private readonly files: SourceFile[] = []
  private appender: DuckDBAppender | null = null

  constructor(
    private readonly staging: Staging,
    private readonly connection: DuckDBConnection,
    private readonly columns: readonly StagedColumn[],
    private readonly rowsPerFile: number,
  ) {}

  get room(): number {
    return this.rowsPerFile - this.inTable
  }

  async open(): Promise<void> {
    this.appender = await this.connection.createAppender('rows')
  }

  endRow(): Promise<void> | null {
    this.pending += 1
    return this.pending < Math.min(chunkRows, this.room) ? null : this.flush()
  }

  async endRows(count: number): Promise<void> {
    this.pending = count
    await this.flush()
  }

  private async flush(): Promise<void> {
    if (this.pending === 0) return
    const chunk = DuckDBDataChunk.create(
      this.columns.map(({ type }) => type),
      this.pending,
    )
    this.columns.forEach(({ values }, i) => values.flush(chunk, i, this.pending))
    this.appender!.appendDataChunk(chunk)
    this.total += this.pending
    this.inTable += this.pending
    this.pending = 0
    if (this.inTable >= this.rowsPerFile) await this.writeFile()
  }

  private async writeFile(): Promise<void> {
    this.appender!.closeSync()
    this.files.push(
      await this.staging.write('FROM rows', async (sql) => {
        await this.connection.run(sql)
      }),
    )
    await this.connection.run('TRUNCATE rows')
    this.inTable = 0
    await this.open()
  }

  async finish(): Promise<SourceFile[]> {
    await this.flush()
    if (this.inTable > 0 || this.files.length === 0) await this.writeFile()
    this.appender!.closeSync()
    return this.files
  }
}
