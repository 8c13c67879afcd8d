import { DataType, DateUnit, Precision, TimeUnit, Type, type Data } from 'apache-arrow'
import type { Column, ColumnType } from '../../../schemas/column'

const forms: Record<ColumnType, (type: DataType) => boolean> = {
  boolean: (type) => DataType.isBool(type),
  smallint: (type) => isSigned(type, 16),
  integer: (type) => isSigned(type, 32),
  bigint: (type) => isSigned(type, 64),
  real: (type) => DataType.isFloat(type) && type.precision === Precision.SINGLE,
  'double precision': (type) => DataType.isFloat(type) && type.precision === Precision.DOUBLE,
  numeric: (type) => DataType.isUtf8(type),
  uuid: (type) => DataType.isUtf8(type),
  text: (type) => DataType.isUtf8(type),
  jsonb: (type) => DataType.isUtf8(type),
  bytea: (type) => DataType.isBinary(type),
  date: (type) => DataType.isDate(type) && type.unit === DateUnit.DAY,
  time: (type) => DataType.isTime(type) && type.unit === TimeUnit.MICROSECOND,
  timestamp: (type) => DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND,
  timestamptz: (type) => DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND,
  'boolean[]': (type) => isListOf('boolean', type),
  'integer[]': (type) => isListOf('integer', type),
  'bigint[]': (type) => isListOf('bigint', type),
  'real[]': (type) => isListOf('real', type),
  'double precision[]': (type) => isListOf('double precision', type),
  'text[]': (type) => isListOf('text', type),
}

function isSigned(type: DataType, bitWidth: number): boolean {
  return DataType.isInt(type) && type.isSigned && type.bitWidth === bitWidth
}

function isListOf(element: ColumnType, type: DataType): boolean {
  return DataType.isList(type) && forms[element](type.valueType as DataType)
}

/**
 * The vector's Data, checked to have the one Arrow form that schemas/column.ts gives the column's type: the sinks read
 * its buffers, and buffers of another form would be misread without a word.
 * @throws TypeError for another form: a mistake of the caller, not of the data
 */
export function checkArrowForm(column: Column, data: Data | undefined): Data {
  if (data && forms[column.type](data.type)) return data
  throw new TypeError(
    `column "${column.name}" (${column.type}) came as ${data ? Type[data.typeId] : 'nothing'}: see schemas/column.ts`,
  )
}

/** The validity bitmap (bit data.offset + row), or null where no value is null. */
export function validityOf(data: Data): Uint8Array | null {
  return data.nullCount > 0 ? data.nullBitmap : null
}

/** Whether the bit at `position` is set. */
export function bitAt(bitmap: Uint8Array, position: number): boolean {
  return ((bitmap[position >> 3]! >> (position & 7)) & 1) === 1
}
