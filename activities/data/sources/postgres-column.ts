import type { FieldDef } from 'pg'
import { NightscoreError } from '../../../schemas/errors'
import { ListColumn } from '../plain-parquet/list-column'
import { PlainColumn } from '../plain-parquet/plain-column'
import type { FileColumn } from '../plain-parquet/plain-file'
import { plainTypes, type PlainType } from '../plain-parquet/plain-type'
import type { TupleColumn } from './copy-decoder'
import { NumericExtent } from './postgres-numeric'

/** A column of a query's result, and how its binary form gets into a plain Parquet file. */
export interface PostgresColumn extends TupleColumn {
  readonly values: FileColumn
  /** What the column is cast to in Postgres before it is sent; null where it is sent as it is. */
  readonly cast: string | null
  /** For numeric: staged as text, and turned into the DECIMAL that holds all values once they are known. */
  readonly numeric: NumericExtent | null
}

/** How a value gets into a column: [at, at + length) of `bytes`, which `view` is over. */
type Put = (to: PlainColumn, view: DataView, bytes: Buffer, at: number, length: number) => void

const daysTo2000 = 10_957
const microsecondsTo2000 = 946_684_800_000_000n
const int64Max = 0x7fffffffffffffffn
const int64Min = -0x8000000000000000n

// numbers as integers: a float on its way through JavaScript could lose a NaN's bits
const putBit: Put = (to, _, bytes, at) => to.bit(bytes[at] !== 0)
const putShort: Put = (to, view, _, at) => to.word(view.getInt16(at))
const putWord: Put = (to, view, _, at) => to.word(view.getInt32(at))
const putLong: Put = (to, view, _, at) => to.long(view.getInt32(at + 4), view.getInt32(at))
const putDate: Put = (to, view, _, at) => to.word(dateFrom(view.getInt32(at)))
const putFixed: Put = (to, _, bytes, at) => to.fixed(bytes, at)
const putVaried: Put = (to, _, bytes, at, length) => to.varied(bytes, at, length)
const putTimestamp: Put = (to, view, _, at) => {
  const microseconds = timestampFrom(view.getBigInt64(at))
  to.long(Number(BigInt.asIntN(32, microseconds)), Number(microseconds >> 32n))
}

const { boolean, int16, int32, uint32, int64, float, double } = plainTypes
const { date, time, timestamp, timestamptz, uuid, text, bytes: blob } = plainTypes

/** Types with a Parquet type of their own, by OID (pg_type.dat). */
const known: Readonly<Record<number, readonly [PlainType, Put]>> = {
  16: [boolean, putBit],
  17: [blob, putVaried],
  20: [int64, putLong],
  21: [int16, putShort],
  23: [int32, putWord],
  25: [text, putVaried],
  26: [uint32, putWord],
  700: [float, putWord],
  701: [double, putLong],
  1043: [text, putVaried],
  1082: [date, putDate],
  1083: [time, putLong],
  1114: [timestamp, putTimestamp],
  1184: [timestamptz, putTimestamp],
  2950: [uuid, putFixed],
}

/** Arrays, by OID: the element's type, and what the array is cast to. */
const arrays: Readonly<Record<number, readonly [PlainType, Put, string?]>> = {
  1000: [boolean, putBit],
  1005: [int16, putShort],
  1007: [int32, putWord],
  1009: [text, putVaried],
  1015: [text, putVaried],
  1016: [int64, putLong],
  1021: [float, putWord],
  1022: [double, putLong],
  // numeric[] holds numbers for a model: as double precision, which is all that a tensor can hold
  1231: [double, putLong, 'double precision[]'],
}

export const numericOid = 1700

/**
 * Every type without an entry above travels as Postgres prints it: enums, json, jsonb, char(n), interval, inet ...
 * @param rows that the column holds at a time
 */
export function postgresColumn(
  { name, dataTypeID, dataTypeModifier }: FieldDef,
  rows: number,
): PostgresColumn {
  const array = arrays[dataTypeID]
  if (array) {
    const [type, put, cast] = array
    return listColumn(new ListColumn(name, type), put, cast ?? null)
  }
  if (dataTypeID === numericOid) {
    const numeric = new NumericExtent(dataTypeModifier)
    const put: Put = (to, _, bytes, at, length) => {
      const value = Buffer.from(numeric.text(bytes.subarray(at, at + length)))
      to.varied(value, 0, value.length)
    }
    return { ...plainColumn(new PlainColumn(name, text, rows), put, null), numeric }
  }
  const own = known[dataTypeID]
  const [type, put] = own ?? [text, putVaried]
  return plainColumn(new PlainColumn(name, type, rows), put, own ? null : 'text')
}

function plainColumn(values: PlainColumn, put: Put, cast: string | null): PostgresColumn {
  return {
    values,
    cast,
    numeric: null,
    setNull: () => values.setNull(),
    take: (view, bytes, at, length) => put(values, view, bytes, at, length),
  }
}

/** array_send: dimensions, null flag, element type; length and lower bound of each dimension; the elements. */
function listColumn(values: ListColumn, put: Put, cast: string | null): PostgresColumn {
  const { elements } = values
  return {
    values,
    cast,
    numeric: null,
    setNull: () => values.setNull(),
    take(view, bytes, start) {
      const dimensions = view.getInt32(start)
      if (dimensions > 1)
        throw new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
          found: `an array of ${dimensions} dimensions in column "${values.name}"`,
          expected: 'arrays of one dimension',
        })
      const count = dimensions === 0 ? 0 : view.getInt32(start + 12)
      values.begin(count)
      for (let i = 0, at = start + 20; i < count; i++) {
        const length = view.getInt32(at)
        at += 4
        if (length < 0) elements.setNull()
        else put(elements, view, bytes, at, length)
        at += Math.max(0, length)
      }
    },
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
