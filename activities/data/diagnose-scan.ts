import { NightscoreError } from '../../schemas/errors'
import { duckdbError } from './duckdb-error'
import type { Sandbox } from './sandbox'
import type { ScanPlan } from './scan-plan'
import { expressionSql, rowNumberColumn } from './scan-sql'
import { unreadable } from './source-file'

interface FailedScan {
  readonly sandbox: Sandbox
  readonly relation: string
  readonly scan: ScanPlan
  readonly range: readonly [number, number]
  /** What was read, for the message. */
  readonly file: string
}

/**
 * What made a scan fail. DuckDB does not say which part of a query failed, so the parts are tried one by one: first the
 * bare columns, then `where`, then each feature.
 */
export async function diagnoseScan(error: unknown, failed: FailedScan): Promise<unknown> {
  if (error instanceof NightscoreError) return error
  const { sandbox, relation, scan, range, file } = failed
  const rows = `FROM ${relation} WHERE source.${rowNumberColumn} >= ${range[0]} AND source.${rowNumberColumn} < ${range[1]}`
  const failureOf = async (sql: string): Promise<unknown> => {
    try {
      const chunks = sandbox.stream(sql, { batch: scan.batch })
      while ((await chunks.next()).done !== true);
      return null
    } catch (cause) {
      return cause
    }
  }
  const unread = await failureOf(`SELECT * ${rows}`)
  if (unread !== null) return unreadable(file, duckdbError(unread).message, unread)
  const where = scan.where === null ? '' : ` AND ${expressionSql(scan.where)}`
  const parts = [
    ...(scan.where === null
      ? []
      : [{ name: 'where', sql: scan.where, query: `SELECT ${expressionSql(scan.where)} ${rows}` }]),
    ...scan.features.map(({ name, sql }) => ({
      name: `feature "${name}"`,
      sql,
      query: `SELECT ${expressionSql(sql)} ${rows}${where}`,
    })),
  ]
  for (const { name, sql, query } of parts) {
    const cause = await failureOf(query)
    if (cause !== null) return expressionInvalid(name, sql, cause)
  }
  return error
}

/** EXPRESSION_INVALID with DuckDB's own message; `name` says where the expression stands: where, feature "hour". */
export function expressionInvalid(name: string, sql: string, cause: unknown): NightscoreError {
  return new NightscoreError('EXPRESSION_INVALID', {
    found: `${name}: ${sql} (DuckDB: ${duckdbError(cause).message})`,
    expected: 'an expression that DuckDB can compute for every row',
    cause,
  })
}
