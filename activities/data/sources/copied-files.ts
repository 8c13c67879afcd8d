import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { PlainFile, type WrittenFile } from '../plain-parquet/plain-file'
import type { TupleTaker } from './copy-decoder'
import type { PostgresColumn } from './postgres-column'

/** A file of copied rows, whole and under its own name. */
export interface CopiedFile extends WrittenFile {
  readonly path: string
}

/** A row group is written where its tuples come to this: what the columns hold at a time. */
const groupBytes = 64 << 20
/** Rows of a row group at most: one holds a shard of the usual size. */
const groupRows = 262_144

/** Rows that columns have room for: of a shard or of a row group, less where they are wide. */
export function rowsHeld(shardRows: number, columns: number): number {
  return Math.max(1, Math.min(shardRows, groupRows, Math.floor(groupBytes / (8 * columns))))
}

/** Where the rows of one COPY go: files of `rowsPerFile` rows each, in order, of row groups that fit the memory. */
export class CopiedFiles implements TupleTaker {
  /** Rows so far. */
  total = 0
  readonly files: CopiedFile[] = []
  private inFile = 0
  private inGroup = 0
  private inGroupBytes = 0
  private current: { readonly file: PlainFile; readonly path: string } | null = null

  /** @param held rows that the columns have room for */
  constructor(
    readonly columns: readonly PostgresColumn[],
    private readonly options: {
      readonly folder: string
      readonly prefix: string
      readonly rowsPerFile: number
      readonly held: number
    },
  ) {}

  endRow(bytes: number): void {
    this.total += 1
    this.inFile += 1
    this.inGroup += 1
    this.inGroupBytes += bytes
    if (this.inFile >= this.options.rowsPerFile) this.endFile()
    else if (this.inGroup >= this.options.held || this.inGroupBytes >= groupBytes) this.endGroup()
  }

  /** Ends the last file; @param atLeastOne also where there were no rows, so that the columns are known */
  finish(atLeastOne: boolean): readonly CopiedFile[] {
    if (this.inFile > 0 || (atLeastOne && this.files.length === 0)) this.endFile()
    return this.files
  }

  /** Lets go of a file that will not be ended. */
  abandon(): void {
    this.current?.file.close()
    this.current = null
  }

  private endGroup(): void {
    this.current ??= this.open()
    this.current.file.writeGroup(this.inGroup)
    this.inGroup = this.inGroupBytes = 0
  }

  private endFile(): void {
    const { file, path } = (this.current ??= this.open())
    if (this.inGroup > 0) this.endGroup()
    const written = file.finish()
    this.current = null
    this.inFile = 0
    renameSync(`${path}.part`, path)
    this.files.push({ ...written, path })
  }

  private open(): { readonly file: PlainFile; readonly path: string } {
    const { folder, prefix } = this.options
    const path = join(folder, `${prefix}${String(this.files.length).padStart(6, '0')}.parquet`)
    const values = this.columns.map((column) => column.values)
    return { file: new PlainFile(`${path}.part`, values), path }
  }
}
