import type { FieldDef, PoolClient } from 'pg'
import { CopiedFiles, rowsHeld, type CopiedFile } from './copied-files'
import { CopyDecoder } from './copy-decoder'
import { CopyOut } from './copy-out'
import { postgresColumn } from './postgres-column'
import type { NumericExtent } from './postgres-numeric'

/** A query whose rows are a part of the whole's, and the connection that reads it. */
export interface Part {
  readonly client: PoolClient
  readonly sql: string
}

export interface CopyOptions {
  readonly fields: readonly FieldDef[]
  /** Absolute folder that the files go into. */
  readonly folder: string
  readonly rowsPerFile: number
  readonly onProgress: (rows: number) => void
  /** Ends what the parts' connections are doing. */
  readonly cancel: () => void
  /** What a part's error means, and where its SQL begins in the statement that was sent. */
  readonly translate: (error: unknown, text: string, start: number) => unknown
}

export interface CopiedParts {
  /** Part by part; at least one, so that a query without rows still tells its columns. */
  readonly files: readonly CopiedFile[]
  /** By column, where it is numeric; of the first part. */
  readonly numerics: readonly { readonly name: string; readonly numeric: NumericExtent }[]
}

/** Progress is told at most so often. */
const progressRows = 4_096

/** Reads the parts at the same time, each into files of its own. @throws what the first that failed says */
export async function copyParts(parts: readonly Part[], options: CopyOptions): Promise<CopiedParts> {
  const errors: unknown[] = []
  let total = 0
  let told = 0
  const onRows = (more: number): void => {
    total += more
    if (total - told < progressRows) return
    told = total
    options.onProgress(total)
  }
  const copies = parts.map((part, i) => new PartCopy(part, options, `part-${i}-`))
  await Promise.all(
    copies.map((copy) =>
      copy.run(onRows).catch((error: unknown) => {
        errors.push(error)
        // of those that fail because of it nobody hears
        options.cancel()
      }),
    ),
  )
  if (errors.length > 0) {
    for (const { files } of copies) files.abandon()
    throw errors[0]
  }
  options.onProgress(total)
  const isEmpty = total === 0
  const files = copies.flatMap((copy, i) => copy.files.finish(isEmpty && i === 0))
  const numerics = copies[0]!.columns.flatMap(({ values: { name }, numeric }) =>
    numeric === null ? [] : [{ name, numeric }],
  )
  return { files, numerics }
}

class PartCopy {
  readonly columns
  readonly files: CopiedFiles

  constructor(
    private readonly part: Part,
    private readonly options: CopyOptions,
    prefix: string,
  ) {
    const { fields, folder, rowsPerFile } = options
    const held = rowsHeld(rowsPerFile, fields.length)
    this.columns = fields.map((field) => postgresColumn(field, held))
    this.files = new CopiedFiles(this.columns, { folder, prefix, rowsPerFile, held })
  }

  async run(onRows: (more: number) => void): Promise<void> {
    const { client, sql } = this.part
    const list = this.columns.map(({ cast }, i) => (cast === null ? `c${i}` : `c${i}::${cast}`)).join(', ')
    const start = `COPY (SELECT ${list} FROM (\n`
    const text = `${start}${sql}\n) AS q(${this.columns.map((_, i) => `c${i}`).join(', ')})) TO STDOUT (FORMAT binary)`
    const decoder = new CopyDecoder(this.files)
    const take: CopyDecoder['take'] = (bytes, from, end) => {
      const before = this.files.total
      decoder.take(bytes, from, end)
      onRows(this.files.total - before)
    }
    try {
      await client.query(new CopyOut(text, take, this.options.cancel)).done
      decoder.finish()
    } catch (error) {
      throw this.options.translate(error, text, start.length)
    }
  }
}
