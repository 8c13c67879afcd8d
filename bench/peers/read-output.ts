import { DuckDBInstance } from '@duckdb/node-api'
import type { Pool } from 'pg'
import type { Expected, Output } from './check-output'

/** Columns of both: id, score, label. */
type Row = readonly [id: number, score: number, label: boolean]

/** @param table a relation's name, quoted where it must be */
export async function readTable(pool: Pool, table: string, { sample }: Expected): Promise<Output> {
  const { rows } = await pool.query<Omit<Output, 'sample'>>(
    `SELECT count(*)::float8 AS rows, count(DISTINCT id)::float8 AS keys, sum(score::float8) AS sum FROM ${table}`,
  )
  const { rows: found } = await pool.query<{ id: number; score: number; label: boolean }>(
    `SELECT id::float8 AS id, score::float8 AS score, label FROM ${table} WHERE id = ANY($1::bigint[])`,
    [sample.map(([key]) => key)],
  )
  return { ...rows[0]!, sample: found.map(({ id, score, label }): Row => [id, score, label]) }
}

/** @param files path or glob */
export async function readFiles(files: string, { sample }: Expected): Promise<Output> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  try {
    const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS()
    const from = `read_parquet('${files.replace(/'/g, "''")}')`
    const [sums = []] = await rowsOf(
      `SELECT count(*)::double, count(DISTINCT id)::double, sum(score::double) FROM ${from}`,
    )
    const keys = sample.map(([key]) => key).join(', ')
    const found = await rowsOf(`SELECT id::double, score::double, label FROM ${from} WHERE id IN (${keys})`)
    const [rows, count, sum] = sums.map(Number)
    return {
      rows: rows ?? 0,
      keys: count ?? 0,
      sum: sum ?? NaN,
      sample: found.map(([id, score, label]): Row => [Number(id), Number(score), label === true]),
    }
  } finally {
    connection.closeSync()
  }
}
