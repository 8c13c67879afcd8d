import type { Pool } from 'pg'
import { textTable } from './text-table'

/** A select that readers of predictions would write, and what it gives. */
export interface Sample {
  readonly sql: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const sql = `SELECT flight_id, carrier, origin, round(score::numeric, 3)::float8 AS score, label, revision
FROM predictions.flights_late WHERE batch = '2013-07-04' ORDER BY score DESC LIMIT 5`

/** The five flights of one night that are most likely late. */
export async function demoSample(pool: Pool): Promise<Sample> {
  const { rows } = await pool.query<Record<string, unknown>>(sql)
  return { sql, rows }
}

export function sampleLines(sample: Sample): string[] {
  const names = Object.keys(sample.rows[0] ?? {})
  const table = textTable(
    names.map((title) => ({ title, align: typeof sample.rows[0]?.[title] === 'number' ? 'right' : 'left' })),
    sample.rows.map((row) => names.map((name) => String(row[name]))),
  )
  return [sample.sql, '', ...table]
}
