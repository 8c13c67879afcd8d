import {
  Binary,
  Bool,
  type Data,
  DateDay,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow'
import type { Column, ColumnType } from '../../../../schemas/column'

/** A value as tests write it; int64s, dates and times as the numbers that Arrow holds. */
export type TestValue = null | boolean | number | bigint | string | Uint8Array | readonly TestValue[]

/** Rows of values as a RecordBatch in the Arrow forms of schemas/column.ts. Every vector is a slice that starts at an odd bit. */
export function arrowBatch(columns: readonly Column[], rows: readonly (readonly TestValue[])[]): RecordBatch {
  const children = columns.map((column, i) => {
    const filler = rows[0]?.[i] ?? null
    const values = [filler, filler, filler, ...rows.map((row) => row[i] ?? null), filler]
    return arrowData(column.type, values).slice(3, rows.length)
  })
  const schema = new Schema(columns.map((column, i) => new Field(column.name, children[i]!.type, true)))
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: rows.length, children }))
}

export function arrowData(type: ColumnType, values: readonly TestValue[]): Data {
  const common = {
    length: values.length,
    nullCount: values.filter((v) => v === null).length,
    nullBitmap: bits(values.map((v) => v !== null)),
  }
  const numbers = () => values.map((value) => Number(value ?? 0))
  const bigints = () => BigInt64Array.from(values, (value) => BigInt((value ?? 0) as number))
  switch (type) {
    case 'boolean':
      return makeData({ type: new Bool(), ...common, data: bits(values.map((value) => value === true)) })
    case 'smallint':
      return makeData({ type: new Int16(), ...common, data: Int16Array.from(numbers()) })
    case 'integer':
      return makeData({ type: new Int32(), ...common, data: Int32Array.from(numbers()) })
    case 'bigint':
      return makeData({ type: new Int64(), ...common, data: bigints() })
    case 'real':
      return makeData({ type: new Float32(), ...common, data: Float32Array.from(numbers()) })
    case 'double precision':
      return makeData({ type: new Float64(), ...common, data: Float64Array.from(numbers()) })
    case 'date':
      return makeData({ type: new DateDay(), ...common, data: Int32Array.from(numbers()) })
    case 'time':
      return makeData({ type: new TimeMicrosecond(), ...common, data: bigints() })
    case 'timestamp':
      return makeData({ type: new TimestampMicrosecond(), ...common, data: bigints() })
    case 'timestamptz':
      return makeData({ type: new TimestampMicrosecond('UTC'), ...common, data: bigints() })
    case 'bytea':
      return makeData({
        type: new Binary(),
        ...common,
        ...packed(values.map((value) => (value ?? new Uint8Array()) as Uint8Array)),
      })
    case 'numeric':
    case 'text':
    case 'uuid':
    case 'jsonb':
      return makeData({
        type: new Utf8(),
        ...common,
        ...packed(values.map((value) => Buffer.from((value ?? '') as string))),
      })
    default: {
      const lists = values.map((value) => (value ?? []) as readonly TestValue[])
      const child = arrowData(type.slice(0, -2) as ColumnType, lists.flat())
      const valueOffsets = offsets(lists.map((list) => list.length))
      return makeData({
        type: new List(new Field('item', child.type, true)),
        ...common,
        valueOffsets,
        child,
      })
    }
  }
}

function packed(parts: readonly Uint8Array[]): { data: Buffer; valueOffsets: Int32Array } {
  return { data: Buffer.concat(parts), valueOffsets: offsets(parts.map((part) => part.length)) }
}

function offsets(lengths: readonly number[]): Int32Array {
  const all = new Int32Array(lengths.length + 1)
  lengths.forEach((length, i) => (all[i + 1] = all[i]! + length))
  return all
}

function bits(flags: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(flags.length / 8))
  flags.forEach((flag, i) => flag && (bytes[i >> 3]! |= 1 << (i & 7)))
  return bytes
}
