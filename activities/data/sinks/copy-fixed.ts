import type { Data } from 'apache-arrow'
import type { Column, ScalarColumnType } from '../../../schemas/column'
import { bitAt } from './arrow-form'
import { refuseValue } from './refuse-value'

/** Writes the value of a row, not null, at a byte of the output; numbers big-endian, as Postgres's binary COPY has them. */
export type PutValue = (out: DataView, at: number, row: number) => void

/** A type whose values all have the same width in bytes. `bind` reads the vector's buffers once. */
export interface FixedType {
  readonly width: number
  bind(data: Data, column: Column): PutValue
}

/** Days from 1970-01-01, where Arrow counts from, to 2000-01-01, where Postgres does. */
const epochDays = 10_957
const epochMicroseconds = 946_684_800_000_000n

/** DuckDB's infinite dates and timestamps are the largest number and its negative; Postgres's the largest and the smallest. */
const int32Max = 2_147_483_647
const int64Max = 9_223_372_036_854_775_807n

/**
 * Postgres's range, counted from 2000: 4714-11-24 BC to before 5874898-01-01. Its last timestamp, in 294276, is after the
 * last that microseconds since 1970 can name.
 */
const dateRange = { min: -2_451_545, end: 2_145_031_949 } as const
const firstTimestamp = -211_813_488_000_000_000n

export const fixedTypes: Partial<Record<ScalarColumnType, FixedType>> = {
  boolean: {
    width: 1,
    bind:
      ({ values, offset }: { values: Uint8Array; offset: number }) =>
      (out, at, row) =>
        out.setUint8(at, bitAt(values, offset + row) ? 1 : 0),
  },
  smallint: {
    width: 2,
    bind:
      ({ values }: { values: Int16Array }) =>
      (out, at, row) =>
        out.setInt16(at, values[row]!),
  },
  integer: {
    width: 4,
    bind:
      ({ values }: { values: Int32Array }) =>
      (out, at, row) =>
        out.setInt32(at, values[row]!),
  },
  bigint: { width: 8, bind: bindInt64 },
  real: {
    width: 4,
    bind:
      ({ values }: { values: Float32Array }) =>
      (out, at, row) =>
        out.setFloat32(at, values[row]!),
  },
  'double precision': {
    width: 8,
    bind:
      ({ values }: { values: Float64Array }) =>
      (out, at, row) =>
        out.setFloat64(at, values[row]!),
  },
  date: { width: 4, bind: bindDate },
  time: { width: 8, bind: bindInt64 },
  timestamp: { width: 8, bind: bindTimestamp },
  timestamptz: { width: 8, bind: bindTimestamp },
  uuid: { width: 16, bind: bindUuid },
}

/** Two halves instead of a BigInt, which would be an object a row. */
function bindInt64({ values }: { values: BigInt64Array }): PutValue {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  return (out, at, row) => {
    out.setInt32(at, halves[2 * row + 1]!)
    out.setInt32(at + 4, halves[2 * row]!)
  }
}

function bindDate({ values }: { values: Int32Array }, column: Column): PutValue {
  return (out, at, row) => {
    const days = values[row]!
    if (days === int32Max) return out.setInt32(at, int32Max)
    if (days <= -int32Max) return out.setInt32(at, -int32Max - 1)
    const postgresDays = days - epochDays
    if (postgresDays < dateRange.min || postgresDays >= dateRange.end)
      throw refuseValue(column, `a date ${days} days from 1970-01-01`, '4713 BC to 5874897 AD')
    return out.setInt32(at, postgresDays)
  }
}

function bindTimestamp({ values }: { values: BigInt64Array }, column: Column): PutValue {
  return (out, at, row) => {
    const microseconds = values[row]!
    if (microseconds === int64Max) return out.setBigInt64(at, int64Max)
    if (microseconds <= -int64Max) return out.setBigInt64(at, -int64Max - 1n)
    const postgresMicroseconds = microseconds - epochMicroseconds
    if (postgresMicroseconds < firstTimestamp)
      throw refuseValue(
        column,
        `a timestamp ${microseconds} microseconds from 1970-01-01`,
        '4713 BC or later',
      )
    return out.setBigInt64(at, postgresMicroseconds)
  }
}

/** 36 characters, 8-4-4-4-12 hexadecimal digits, to 16 bytes. */
function bindUuid(
  { values, valueOffsets }: { values: Uint8Array; valueOffsets: Int32Array },
  column: Column,
): PutValue {
  return (out, at, row) => {
    const text = Buffer.from(
      values.buffer,
      values.byteOffset + valueOffsets[row]!,
      valueOffsets[row + 1]! - valueOffsets[row]!,
    )
    const bytes = Buffer.from(text.toString('latin1').replaceAll('-', ''), 'hex')
    if (text.length !== 36 || bytes.length !== 16)
      throw refuseValue(
        column,
        JSON.stringify(text.toString('utf8', 0, 80)),
        'a uuid such as 6f1c2d7e-0b5a-4c0e-9d7f-2a4b6c8d0e1f',
      )
    for (let i = 0; i < 16; i += 1) out.setUint8(at + i, bytes[i]!)
  }
}
