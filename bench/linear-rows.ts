import fs from 'node:fs'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { linearFeature, linearWeight } from './linear-package'

/** Generated rows for the linear package: files of `part=N/rows.parquet` below `folder`, keyed by part and id. */
export interface LinearRows {
  readonly folder: string
  readonly rows: number
  readonly features: number
  /** The sum of all predictions, by another way than the product's. */
  readonly sum: number
}

/** DuckDB's own, and what most writers come near to. */
export const usualRowGroup = 122_880

/**
 * Writes the rows once. Beyond `rowsPerFile` they are the same file under further names (hard links): 20 M rows of 300 columns would
 * take 10 GB otherwise, and reading does not know.
 */
export async function linearRows(
  parent: string,
  { rows, features, rowsPerFile, rowGroup }: Record<'rows' | 'features' | 'rowsPerFile' | 'rowGroup', number>,
): Promise<LinearRows> {
  const one = path.join(parent, `linear-${rowsPerFile}x${features}-${rowGroup}.parquet`)
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  try {
    if (!fs.existsSync(one)) {
      const columns = Array.from(
        { length: features },
        (_, i) => `(hash(i, ${i}) % 10000 / 100)::float AS ${linearFeature(i)}`,
      )
      await connection.run(
        `COPY (SELECT i::bigint AS id, ${columns.join(', ')} FROM range(${rowsPerFile}) t(i)) TO '${one}.part' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroup})`,
      )
      fs.renameSync(`${one}.part`, one)
    }
    const sums = Array.from(
      { length: features },
      (_, i) => `${linearWeight(i)} * sum(${linearFeature(i)}::double)`,
    )
    const [[sum] = []] = (
      await connection.runAndReadAll(`SELECT ${sums.join(' + ')} FROM '${one}'`)
    ).getRows()
    const parts = Math.ceil(rows / rowsPerFile)
    const folder = fs.mkdtempSync(path.join(parent, 'rows-'))
    for (let part = 0; part < parts; part += 1) {
      fs.mkdirSync(path.join(folder, `part=${part}`))
      fs.linkSync(one, path.join(folder, `part=${part}`, 'rows.parquet'))
    }
    return { folder, rows: parts * rowsPerFile, features, sum: parts * Number(sum) }
  } finally {
    connection.closeSync()
  }
}
