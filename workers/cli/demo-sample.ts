import type { Pool } from 'pg'
import { textTable } from './text-table'

/** A select that readers of predictions would write, and what it gives. */
export interface Sample {
  readonly sql: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const sql = `SELECT carrier, origin, count(*)::int AS flights, round(avg(score)::numeric, 3)::float8 AS mean_score,
       count(*) FILTER (WHERE label)::int AS called_late
FROM predictions.flights_late
WHERE batch BETWEEN '2013-07-04' AND '2013-07-10'
GROUP BY carrier, origin ORDER BY flights DESC LIMIT 5`

/** Five rows of the demo's predictions, added up by airline and airport. */
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
