import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DOUBLE,
  DuckDBListValue,
  FLOAT,
  INTEGER,
  LIST,
  SMALLINT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  UINTEGER,
  UUID,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import type { FieldDef } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { BytesColumn, FixedColumn, ValuesColumn } from '../chunk-columns'
import type { StagedColumn } from '../staged-rows'
import { NumericExtent } from './postgres-numeric'

/** A column of a query's result, and how its binary form gets into DuckDB. */
export interface PostgresColumn extends StagedColumn {
  /** What the column is cast to in Postgres before it is sent; null where it is sent as it is. */
  readonly cast: string | null
  read(bytes: Buffer, row: number): void
  /** For numeric: staged as text, and turned into the DECIMAL that holds all values once they are known. */
  readonly numeric: NumericExtent | null
}

const daysTo2000 = 10_957
const microsecondsTo2000 = 946_684_800_000_000n
const int64Max = 0x7fffffffffffffffn
const int64Min = -0x8000000000000000n

type ReadFixed = (view: DataView, row: number, bytes: Buffer) => void

/** Types of one width, by OID (pg_type.dat): DuckDB's type, bytes there, and the conversion from big-endian. */
const fixed: Readonly<Record<number, readonly [DuckDBType, number, ReadFixed]>> = {
  16: [BOOLEAN, 1, (view, row, bytes) => view.setUint8(row, bytes[0]!)],
  20: [BIGINT, 8, (view, row, bytes) => view.setBigInt64(row * 8, bytes.readBigInt64BE(), true)],
  21: [SMALLINT, 2, (view, row, bytes) => view.setInt16(row * 2, bytes.readInt16BE(), true)],
  23: [INTEGER, 4, (view, row, bytes) => view.setInt32(row * 4, bytes.readInt32BE(), true)],
  26: [UINTEGER, 4, (view, row, bytes) => view.setUint32(row * 4, bytes.readUInt32BE(), true)],
  // as integers: a float on its way through JavaScript could lose a NaN's bits
  700: [FLOAT, 4, (view, row, bytes) => view.setInt32(row * 4, bytes.readInt32BE(), true)],
  701: [DOUBLE, 8, (view, row, bytes) => view.setBigInt64(row * 8, bytes.readBigInt64BE(), true)],
  1082: [DATE, 4, (view, row, bytes) => view.setInt32(row * 4, dateFrom(bytes.readInt32BE()), true)],
  1083: [TIME, 8, (view, row, bytes) => view.setBigInt64(row * 8, bytes.readBigInt64BE(), true)],
  1114: [
    TIMESTAMP,
    8,
    (view, row, bytes) => view.setBigInt64(row * 8, timestampFrom(bytes.readBigInt64BE()), true),
  ],
  1184: [
    TIMESTAMPTZ,
    8,
    (view, row, bytes) => view.setBigInt64(row * 8, timestampFrom(bytes.readBigInt64BE()), true),
  ],
  2950: [UUID, 16, readUuid],
}

/** Arrays, by OID: DuckDB's element type, and how an element is read. */
const arrays: Readonly<Record<number, readonly [DuckDBType, (bytes: Buffer) => DuckDBValue, string?]>> = {
  1000: [BOOLEAN, (bytes) => bytes[0] !== 0],
  1005: [SMALLINT, (bytes) => bytes.readInt16BE()],
  1007: [INTEGER, (bytes) => bytes.readInt32BE()],
  1009: [VARCHAR, (bytes) => bytes.toString()],
  1015: [VARCHAR, (bytes) => bytes.toString()],
  1016: [BIGINT, (bytes) => bytes.readBigInt64BE()],
  1021: [FLOAT, (bytes) => bytes.readFloatBE()],
  1022: [DOUBLE, (bytes) => bytes.readDoubleBE()],
  // numeric[] holds numbers for a model: as double precision, which is all that a tensor can hold
  1231: [DOUBLE, (bytes) => bytes.readDoubleBE(), 'double precision[]'],
}

/** Every type without an entry above travels as Postgres prints it: enums, json, jsonb, char(n), interval, inet ... */
export function postgresColumn({ name, dataTypeID, dataTypeModifier }: FieldDef): PostgresColumn {
  const known = fixed[dataTypeID]
  if (known) {
    const [type, width, read] = known
    const values = new FixedColumn(width)
    return {
      name,
      type,
      values,
      cast: null,
      numeric: null,
      read: (bytes, row) => read(values.view, row, bytes),
    }
  }
  const array = arrays[dataTypeID]
  if (array) {
    const [element, read, cast] = array
    const values = new ValuesColumn()
    const readArray = (bytes: Buffer, row: number): void => values.set(row, arrayFrom(name, bytes, read))
    return { name, type: LIST(element), values, cast: cast ?? null, numeric: null, read: readArray }
  }
  const values = new BytesColumn()
  if (dataTypeID === 1700) {
    const numeric = new NumericExtent(dataTypeModifier)
    const read = (bytes: Buffer, row: number): void => values.set(row, Buffer.from(numeric.text(bytes)))
    return { name, type: VARCHAR, values, cast: null, numeric, read }
  }
  const read = (bytes: Buffer, row: number): void => values.set(row, bytes)
  const asIs = dataTypeID === 17 || dataTypeID === 25 || dataTypeID === 1043
  return {
    name,
    type: dataTypeID === 17 ? BLOB : VARCHAR,
    values,
    cast: asIs ? null : 'text',
    numeric: null,
    read,
  }
}

/** Infinity stands at the end of the range in both. */
function dateFrom(days: number): number {
  if (days === 0x7fffffff) return days
  return days === -0x80000000 ? -0x7fffffff : days + daysTo2000
}

function timestampFrom(microseconds: bigint): bigint {
  if (microseconds === int64Max) return microseconds
  return microseconds === int64Min ? -int64Max : microseconds + microsecondsTo2000
}

/** DuckDB keeps a UUID as a 128-bit integer, low half first, with the highest bit flipped so that it sorts. */
function readUuid(view: DataView, row: number, bytes: Buffer): void {
  view.setBigUint64(row * 16, bytes.readBigUInt64BE(8), true)
  view.setBigUint64(row * 16 + 8, bytes.readBigUInt64BE(0) ^ 0x8000000000000000n, true)
}

/** array_send: dimensions, null flag, element type; length and lower bound of each dimension; the elements. */
function arrayFrom(name: string, bytes: Buffer, read: (bytes: Buffer) => DuckDBValue): DuckDBListValue {
  const dimensions = bytes.readInt32BE(0)
  if (dimensions > 1)
    throw new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
      found: `an array of ${dimensions} dimensions in column "${name}"`,
      expected: 'arrays of one dimension',
    })
  const items: DuckDBValue[] = []
  const length = dimensions === 0 ? 0 : bytes.readInt32BE(12)
  for (let i = 0, at = 20; i < length; i++) {
    const size = bytes.readInt32BE(at)
    at += 4
    items.push(size < 0 ? null : read(bytes.subarray(at, at + size)))
    at += Math.max(0, size)
  }
  return new DuckDBListValue(items)
}
