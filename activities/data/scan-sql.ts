import type { ModelManifest } from '../../schemas/model-manifest'
import { featureSql } from './feature-sql'
import { quoteIdentifier } from './quote-identifier'
import { quotePath } from './sandbox'
import { scanColumns, type ScanPlan } from './scan-plan'

/** The name of the row number in every relation that scanSql reads; users' columns cannot have it. */
export const rowNumberColumn = 'file_row_number'

/**
 * A Parquet file as a relation named `source`: what users' SQL calls the table, should it have to. Hive folder names
 * are columns, always text: a folder month=07 must not be 7 today and 'unknown' tomorrow.
 */
export function parquetRelation(path: string, options: { readonly rowNumber: boolean }): string {
  return relationOf(quotePath(path), options)
}

/**
 * As parquetRelation, of the file that is bound as $file, with row numbers. DuckDB plans a statement when it is prepared and
 * again when it begins; without the file it leaves out the first time, 2 ms of 6 for a shard of 2,048 rows and 17 columns.
 */
export const boundFileRelation = relationOf('$file', { rowNumber: true })

function relationOf(path: string, options: { readonly rowNumber: boolean }): string {
  const rowNumber = options.rowNumber ? ', file_row_number = true' : ''
  const read = `read_parquet(${path}, hive_partitioning = true, hive_types_autocast = false${rowNumber})`
  // a subquery has the columns only: read_parquet itself would answer to filename, file_index and file_row_number too
  return `(FROM ${read}) AS source`
}

/** A user's expression within our SQL: on lines of its own, so that a comment at its end comments nothing else out. */
export function expressionSql(sql: string): string {
  return `(\n${sql}\n)`
}

/** The columns of scanSql's result, in order. */
export function scanColumnNames(scan: ScanPlan, manifest: ModelManifest): string[] {
  return selectList(scan, manifest).map(({ name }) => name)
}

/**
 * The query that reads the rows of one file, as scan-plan.ts documents its columns. Users' expressions are computed in
 * the inner query, once each; the conversions around them never fail.
 * @param relation a relation named source that has the column file_row_number
 */
export function scanSql(
  scan: ScanPlan,
  manifest: ModelManifest,
  relation: string,
  range: readonly [number, number],
): string {
  const inner = [
    `source.${rowNumberColumn} AS "row"`,
    ...scan.keys.map(({ sql }, i) => `${sql} AS ${quoteIdentifier(scanColumns.key(i))}`),
    ...scan.carry.map(({ sql }, i) => `${sql} AS ${quoteIdentifier(scanColumns.carry(i))}`),
    ...scan.features.map(
      ({ sql }, i) => `${expressionSql(sql)} AS ${quoteIdentifier(scanColumns.feature(i))}`,
    ),
  ]
  const [rowStart, rowEnd] = range
  return [
    `SELECT ${selectList(scan, manifest)
      .map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`)
      .join(', ')}`,
    `FROM (SELECT ${inner.join(', ')}`,
    `FROM ${relation}`,
    // a range on the row number lets DuckDB skip the row groups outside of it
    `WHERE source.${rowNumberColumn} >= ${rowStart} AND source.${rowNumberColumn} < ${rowEnd}`,
    scan.where === null ? ')' : `AND ${expressionSql(scan.where)})`,
  ].join('\n')
}

function selectList(
  scan: ScanPlan,
  manifest: ModelManifest,
): { readonly name: string; readonly sql: string }[] {
  const same = (name: string) => ({ name, sql: quoteIdentifier(name) })
  return [
    same(scanColumns.row),
    ...scan.keys.map((_, i) => same(scanColumns.key(i))),
    ...scan.carry.map((_, i) => same(scanColumns.carry(i))),
    ...manifest.features.flatMap((feature, i) => {
      const { value, code, bad, other } = featureSql(
        feature,
        quoteIdentifier(scanColumns.feature(i)),
        scan.features[i]!,
      )
      return [
        { name: scanColumns.feature(i), sql: value },
        ...(code === null ? [] : [{ name: scanColumns.code(i), sql: code }]),
        ...(other === undefined ? [] : [{ name: scanColumns.other(i), sql: other }]),
        ...(bad === null ? [] : [{ name: scanColumns.bad(i), sql: bad }]),
      ]
    }),
  ]
}
