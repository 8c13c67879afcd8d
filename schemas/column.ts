/**
 * The types that keys, carried columns and predictions have on their way from a source to the sinks: named as
 * Postgres names them, each with one Arrow form (the type of the vector in a RecordBatch).
 *
 * | column type        | Arrow                                   |
 * |--------------------|-----------------------------------------|
 * | boolean            | Bool                                    |
 * | smallint … bigint  | Int16, Int32, Int64                     |
 * | real, double       | Float32, Float64                        |
 * | numeric, uuid      | Utf8, the canonical text                |
 * | text, jsonb        | Utf8                                    |
 * | bytea              | Binary                                  |
 * | date               | DateDay (days since 1970-01-01)         |
 * | timestamp[tz]      | Timestamp(MICROSECOND) since 1970 (UTC) |
 * | time               | TimeMicrosecond since midnight          |
 * | T[]                | List<T>                                 |
 */
export const scalarColumnTypes = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
  'text',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'uuid',
  'bytea',
  'jsonb',
] as const

export type ScalarColumnType = (typeof scalarColumnTypes)[number]

/** Element types that a model's outputs can have: the arrays that predictions hold. */
export type ArrayColumnType =
  'boolean[]' | 'integer[]' | 'bigint[]' | 'real[]' | 'double precision[]' | 'text[]'

export type ColumnType = ScalarColumnType | ArrayColumnType

/** A named, typed column. `name` is the user's own spelling, unquoted. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
}
