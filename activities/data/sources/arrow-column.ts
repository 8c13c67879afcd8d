import {
  BLOB,
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBStructValue,
  VARCHAR,
  type DuckDBValue,
} from '@duckdb/node-api'
import { DataType, DateUnit, Precision, TimeUnit, Vector, type Data } from 'apache-arrow'
import { BytesColumn, FixedColumn, fixedWidth, ValuesColumn, type ChunkColumn } from '../chunk-columns'
import type { StagedColumn } from '../staged-rows'
import { arrowType } from './arrow-type'

/** A column of an Arrow file and how its values get into DuckDB. */
export interface ArrowColumn extends StagedColumn {
  /** Puts rows [from, from + count) of a batch's column into rows [0, count) of the chunk. */
  copy(data: Data, from: number, count: number): void
}

/** Puts one value, which is not null, into row `to` of the chunk. */
type Put<T> = (value: T, to: number) => void

/** @throws COLUMN_TYPE_UNSUPPORTED: see arrowType */
export function arrowColumn(name: string, type: DataType): ArrowColumn {
  const duckType = arrowType(name, type)
  const width = fixedWidth(duckType)
  if (width !== null) {
    const values = new FixedColumn(width)
    return { name, type: duckType, values, copy: fixedCopy(type, values) }
  }
  if (duckType === VARCHAR || duckType === BLOB) {
    const values = new BytesColumn()
    const put: Put<string | Uint8Array> = (value, to) =>
      values.set(to, typeof value === 'string' ? Buffer.from(value) : value)
    return {
      name,
      type: duckType,
      values,
      copy: hasOffsets(type) ? copyBytes(values) : copyEach(values, put),
    }
  }
  const values = new ValuesColumn()
  return {
    name,
    type: duckType,
    values,
    copy: copyEach(values, (value, to) => values.set(to, nestedValue(type, value))),
  }
}

function fixedCopy(type: DataType, values: FixedColumn): ArrowColumn['copy'] {
  if (isSameInMemory(type)) return copyWhole(values)
  if (DataType.isDecimal(type)) return copyNarrowed(values)
  const convert = convertRaw(type)
  if (convert) return copyConverted(values, convert)
  return copyEach(
    values,
    fixedPut(values, DataType.isDictionary(type) ? (type.dictionary as DataType) : type),
  )
}

/** Whether Arrow and DuckDB keep the values alike, so that ranges are copied as bytes. */
function isSameInMemory(type: DataType): boolean {
  if (DataType.isFloat(type)) return type.precision !== Precision.HALF
  if (DataType.isDate(type)) return type.unit === DateUnit.DAY
  if (DataType.isTime(type)) return type.unit === TimeUnit.MICROSECOND
  if (DataType.isTimestamp(type)) return !type.timezone || type.unit === TimeUnit.MICROSECOND
  if (DataType.isDecimal(type)) return type.precision > 18
  return DataType.isInt(type)
}

function copyWhole(values: FixedColumn): ArrowColumn['copy'] {
  return (data, from, count) => {
    const { buffer, byteOffset } = data.values as Uint8Array
    values.bytes.set(new Uint8Array(buffer, byteOffset + from * values.width, count * values.width))
    if (data.nullCount > 0) for (let i = 0; i < count; i++) if (!data.getValid(from + i)) values.setNull(i)
  }
}

function copyEach<T>(values: ChunkColumn, put: Put<T>): ArrowColumn['copy'] {
  return (data, from, count) => {
    const vector = new Vector([data])
    for (let i = 0; i < count; i++) {
      const value: unknown = vector.get(from + i)
      if (value === null) values.setNull(i)
      else put(value as T, i)
    }
  }
}

function hasOffsets(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isBinary(type)
}

/** Text and binaries as the bytes that they are, without a JavaScript string between. */
function copyBytes(values: BytesColumn): ArrowColumn['copy'] {
  return (data, from, count) => {
    const offsets = data.valueOffsets as Int32Array
    const bytes = data.values as Uint8Array
    for (let i = 0; i < count; i++)
      if (data.nullCount > 0 && !data.getValid(from + i)) values.setNull(i)
      else values.set(i, bytes.subarray(offsets[from + i], offsets[from + i + 1]))
  }
}

/** Writes a value as Vector.get gives it in DuckDB's form; for the types that arrowType lets into dictionaries too. */
function fixedPut({ view, width }: FixedColumn, type: DataType): Put<number | bigint | boolean> {
  if (DataType.isFloat(type))
    return width === 4
      ? (value, to) => view.setFloat32(to * 4, Number(value), true)
      : (value, to) => view.setFloat64(to * 8, Number(value), true)
  if (width === 8) return (value, to) => view.setBigInt64(to * 8, BigInt.asIntN(64, BigInt(value)), true)
  if (width === 4) return (value, to) => view.setInt32(to * 4, Number(value) | 0, true)
  if (width === 2) return (value, to) => view.setInt16(to * 2, Number(value), true)
  return (value, to) => view.setInt8(to, Number(value))
}

/** Dates, times and timestamps in another unit than DuckDB's: the stored number, converted. Else null. */
function convertRaw(type: DataType): ((raw: bigint) => bigint) | null {
  const toMicroseconds = (unit: TimeUnit) => (raw: bigint) =>
    unit === TimeUnit.NANOSECOND
      ? floorDivide(raw, 1000n)
      : raw * (unit === TimeUnit.SECOND ? 1_000_000n : 1000n)
  if (DataType.isDate(type)) return (milliseconds) => floorDivide(milliseconds, 86_400_000n)
  if (DataType.isTime(type) || DataType.isTimestamp(type)) return toMicroseconds(type.unit)
  return null
}

function floorDivide(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by
}

function copyConverted(values: FixedColumn, convert: (raw: bigint) => bigint): ArrowColumn['copy'] {
  const { view, width } = values
  return (data, from, count) => {
    const raw = data.values as Int32Array | BigInt64Array
    for (let i = 0; i < count; i++) {
      if (data.nullCount > 0 && !data.getValid(from + i)) values.setNull(i)
      else if (width === 4) view.setInt32(i * 4, Number(convert(BigInt(raw[from + i]!))), true)
      else view.setBigInt64(i * 8, convert(BigInt(raw[from + i]!)), true)
    }
  }
}

/** Decimals of up to 18 digits: DuckDB keeps the low 2, 4 or 8 of Arrow's 16 bytes. */
function copyNarrowed(values: FixedColumn): ArrowColumn['copy'] {
  const { bytes, width } = values
  return (data, from, count) => {
    const { buffer, byteOffset } = data.values as Uint32Array
    const wide = new Uint8Array(buffer, byteOffset)
    for (let i = 0; i < count; i++) {
      if (data.nullCount > 0 && !data.getValid(from + i)) values.setNull(i)
      else bytes.set(wide.subarray((from + i) * 16, (from + i) * 16 + width), i * width)
    }
  }
}

/** Lists and structs of plain values, as Vector.get gives them. */
function nestedValue(type: DataType, value: unknown): DuckDBValue {
  if (value === null || value === undefined) return null
  const { children } = type as {
    readonly children?: readonly { readonly name: string; readonly type: DataType }[] | null
  }
  if (DataType.isStruct(type)) {
    const struct = value as Readonly<Record<string, unknown>>
    return new DuckDBStructValue(
      Object.fromEntries(children!.map((field) => [field.name, nestedValue(field.type, struct[field.name])])),
    )
  }
  if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) {
    const items = Array.from(value as Iterable<unknown>, (item) => nestedValue(children![0]!.type, item))
    return DataType.isFixedSizeList(type) ? new DuckDBArrayValue(items) : new DuckDBListValue(items)
  }
  return value instanceof Uint8Array ? new DuckDBBlobValue(value) : (value as DuckDBValue)
}
