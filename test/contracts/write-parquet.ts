import { DuckDBInstance } from '@duckdb/node-api'

/** Writes the rows of a query with an unlocked DuckDB: how tests make their own files. */
export async function writeParquet(path: string, select: string, options = ''): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${select}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet${options})`)
  connection.closeSync()
  instance.closeSync()
}
