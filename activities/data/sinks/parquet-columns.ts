import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  FLOAT,
  INTEGER,
  LIST,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { Data } from 'apache-arrow'
import type { ColumnType } from '../../../schemas/column'
import { bitAt, validityOf } from './arrow-form'

/** The value of a row, not null, as DuckDB's vectors take it. */
type ReadValue = (row: number) => DuckDBValue

/** How a column type stands in our Parquet files. */
export interface ParquetType {
  /** The column's type in DuckDB, whose Parquet form the file has. */
  readonly duckdb: DuckDBType
  /** Bytes of a value where Arrow and DuckDB keep it alike; null where they do not. */
  readonly width: number | null
  /** Reads the vector's buffers once. */
  bind(data: Data): ReadValue
}

const utf8: ParquetType = {
  duckdb: VARCHAR,
  width: null,
  bind: ({ values, valueOffsets }: { values: Uint8Array; valueOffsets: Int32Array }) => {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    return (row) => bytes.toString('utf8', valueOffsets[row], valueOffsets[row + 1])
  },
}

const number = (duckdb: DuckDBType, width: number): ParquetType => ({
  duckdb,
  width,
  bind:
    ({ values }: { values: { readonly [row: number]: number | bigint } }) =>
    (row) =>
      values[row]!,
})

const int64 = (duckdb: DuckDBType, wrap: (value: bigint) => DuckDBValue): ParquetType => ({
  duckdb,
  width: 8,
  bind:
    ({ values }: { values: BigInt64Array }) =>
    (row) =>
      wrap(values[row]!),
})

const list = (element: ParquetType): ParquetType => ({
  duckdb: LIST(element.duckdb),
  width: null,
  bind: (data) => {
    const child = data.children[0] as Data
    const starts = data.valueOffsets as Int32Array
    const read = orNull(child, element)
    return (row) => {
      const items: (DuckDBValue | null)[] = []
      for (let i = starts[row]!; i < starts[row + 1]!; i += 1) items.push(read(i))
      return new DuckDBListValue(items)
    }
  },
})

const boolean: ParquetType = {
  duckdb: BOOLEAN,
  width: null,
  bind:
    ({ values, offset }: { values: Uint8Array; offset: number }) =>
    (row) =>
      bitAt(values, offset + row),
}

/**
 * uuid, numeric and jsonb are text in the file: exact, and every reader of Parquet takes it (a numeric column has no
 * precision that a Parquet decimal could have).
 */
export const parquetTypes: Readonly<Record<ColumnType, ParquetType>> = {
  boolean,
  smallint: number(SMALLINT, 2),
  integer: number(INTEGER, 4),
  bigint: number(BIGINT, 8),
  real: number(FLOAT, 4),
  'double precision': number(DOUBLE, 8),
  numeric: utf8,
  uuid: utf8,
  text: utf8,
  jsonb: utf8,
  bytea: {
    duckdb: BLOB,
    width: null,
    bind:
      ({ values, valueOffsets }: { values: Uint8Array; valueOffsets: Int32Array }) =>
      (row) =>
        new DuckDBBlobValue(values.subarray(valueOffsets[row], valueOffsets[row + 1])),
  },
  date: {
    duckdb: DATE,
    width: 4,
    bind:
      ({ values }: { values: Int32Array }) =>
      (row) =>
        new DuckDBDateValue(values[row]!),
  },
  time: int64(TIME, (value) => new DuckDBTimeValue(value)),
  timestamp: int64(TIMESTAMP, (value) => new DuckDBTimestampValue(value)),
  timestamptz: int64(TIMESTAMPTZ, (value) => new DuckDBTimestampTZValue(value)),
  'boolean[]': list(boolean),
  'integer[]': list(number(INTEGER, 4)),
  'bigint[]': list(number(BIGINT, 8)),
  'real[]': list(number(FLOAT, 4)),
  'double precision[]': list(number(DOUBLE, 8)),
  'text[]': list(utf8),
}

/** Reads a row's value, or null where it is null. */
export function orNull(data: Data, type: ParquetType): (row: number) => DuckDBValue {
  const validity = validityOf(data)
  const read = type.bind(data)
  return (row) => (validity && !bitAt(validity, data.offset + row) ? null : read(row))
}
