import type { ThriftWriter } from './thrift-writer'

/** Physical types of Parquet that are used here, as its format numbers them. */
export const physical = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6, fixed: 7 } as const

/** A type of values in a plain Parquet file (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md). */
export interface PlainType {
  readonly physical: (typeof physical)[keyof typeof physical]
  /** Bytes of one value; 0: of varying length, after 4 bytes that tell it; -1: one bit. */
  readonly width: number
  /** ConvertedType: what older readers know. */
  readonly converted?: number
  /** LogicalType: a union, of which one field is written. */
  readonly logical?: (union: ThriftWriter) => void
}

const micros = (field: number, isAdjustedToUtc: boolean) => (union: ThriftWriter) =>
  union.struct(field, (time) => time.boolean(1, isAdjustedToUtc).struct(2, (unit) => unit.struct(2)))
const integer = (bits: number, isSigned: boolean) => (union: ThriftWriter) =>
  union.struct(10, (int) => int.byte(1, bits).boolean(2, isSigned))

export const plainTypes = {
  boolean: { physical: physical.boolean, width: -1 },
  int16: { physical: physical.int32, width: 4, converted: 16, logical: integer(16, true) },
  int32: { physical: physical.int32, width: 4 },
  uint32: { physical: physical.int32, width: 4, converted: 13, logical: integer(32, false) },
  int64: { physical: physical.int64, width: 8 },
  float: { physical: physical.float, width: 4 },
  double: { physical: physical.double, width: 8 },
  date: { physical: physical.int32, width: 4, converted: 6, logical: (union) => union.struct(6) },
  time: { physical: physical.int64, width: 8, converted: 8, logical: micros(7, false) },
  timestamp: { physical: physical.int64, width: 8, logical: micros(8, false) },
  timestamptz: { physical: physical.int64, width: 8, converted: 10, logical: micros(8, true) },
  uuid: { physical: physical.fixed, width: 16, logical: (union) => union.struct(14) },
  text: { physical: physical.bytes, width: 0, converted: 0, logical: (union) => union.struct(1) },
  bytes: { physical: physical.bytes, width: 0 },
} as const satisfies Readonly<Record<string, PlainType>>
