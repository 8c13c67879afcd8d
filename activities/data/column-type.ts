import type { ColumnType } from '../../schemas/column'
import { NightscoreError } from '../../schemas/errors'
import { quoteIdentifier } from './quote-identifier'
import type { PlannedColumn } from './scan-plan'

/** A column of a source as DuckDB describes it. */
export interface SourceColumn {
  readonly name: string
  /** As DuckDB prints it: VARCHAR, DECIMAL(18,3), TIMESTAMP WITH TIME ZONE, STRUCT(a INTEGER), INTEGER[] ... */
  readonly type: string
}

/** DuckDB type -> column type, and the cast to that type's DuckDB form where the two differ. */
const scalars: Readonly<Record<string, readonly [ColumnType, string?]>> = {
  BOOLEAN: ['boolean'],
  TINYINT: ['smallint', 'SMALLINT'],
  UTINYINT: ['smallint', 'SMALLINT'],
  SMALLINT: ['smallint'],
  USMALLINT: ['integer', 'INTEGER'],
  INTEGER: ['integer'],
  UINTEGER: ['bigint', 'BIGINT'],
  BIGINT: ['bigint'],
  UBIGINT: ['numeric', 'VARCHAR'],
  HUGEINT: ['numeric', 'VARCHAR'],
  UHUGEINT: ['numeric', 'VARCHAR'],
  FLOAT: ['real'],
  DOUBLE: ['double precision'],
  VARCHAR: ['text'],
  JSON: ['jsonb', 'VARCHAR'],
  UUID: ['uuid', 'VARCHAR'],
  BLOB: ['bytea'],
  DATE: ['date'],
  TIME: ['time'],
  TIMESTAMP: ['timestamp'],
  TIMESTAMP_S: ['timestamp', 'TIMESTAMP'],
  TIMESTAMP_MS: ['timestamp', 'TIMESTAMP'],
  // Postgres keeps microseconds: the nanoseconds' last three digits are cut off
  TIMESTAMP_NS: ['timestamp', 'TIMESTAMP'],
  TIME_NS: ['time', 'TIME'],
  'TIMESTAMP WITH TIME ZONE': ['timestamptz'],
  // a column that is null throughout, written without a type
  '"NULL"': ['text', 'VARCHAR'],
}

/**
 * How a key or carried column travels to the sinks.
 * @throws COLUMN_TYPE_UNSUPPORTED for types without a counterpart (INTERVAL, BIT, TIMETZ, UNION ...)
 */
export function plannedColumn({ name, type }: SourceColumn): PlannedColumn {
  const column = quoteIdentifier(name)
  if (isNested(type)) return { name, sql: `CAST(to_json(${column}) AS VARCHAR)`, type: 'jsonb' }
  if (isFraction(type)) return { name, sql: withLeadingZero(column), type: 'numeric' }
  const [columnType, cast] =
    scalars[type] ?? (type.startsWith('DECIMAL(') ? (['numeric', 'VARCHAR'] as const) : [])
  if (columnType !== undefined)
    return { name, sql: cast === undefined ? column : `CAST(${column} AS ${cast})`, type: columnType }
  if (type.startsWith('ENUM(')) return { name, sql: `CAST(${column} AS VARCHAR)`, type: 'text' }
  throw new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
    found: `column "${name}" of type ${type} as key or carried column`,
    expected: 'a number, text, boolean, date, time, timestamp, UUID, BLOB, list or struct',
  })
}

/** A DECIMAL without digits before the point: DuckDB prints .5 for it, Postgres 0.5. */
function isFraction(type: string): boolean {
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? []
  return width !== undefined && width === scale
}

function withLeadingZero(column: string): string {
  return `regexp_replace(CAST(${column} AS VARCHAR), '^(-?)\\.', '\\10.')`
}

/** Lists, arrays, structs and maps: they become JSON. */
export function isNested(type: string): boolean {
  return /\[\d*\]$/.test(type) || type.startsWith('STRUCT(') || type.startsWith('MAP(')
}
