import {
  ARRAY,
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  FLOAT,
  INTEGER,
  LIST,
  SMALLINT,
  STRUCT,
  TIME,
  TIMESTAMP,
  TIMESTAMPTZ,
  TIMESTAMP_MS,
  TIMESTAMP_NS,
  TIMESTAMP_S,
  TINYINT,
  UBIGINT,
  UINTEGER,
  USMALLINT,
  UTINYINT,
  VARCHAR,
  type DuckDBType,
} from '@duckdb/node-api'
import { DataType, Precision, Type, type Field, type TimeUnit } from 'apache-arrow'
import { NightscoreError } from '../../../schemas/errors'

/**
 * The DuckDB type that holds an Arrow column's values. Times lose what is finer than microseconds, and so do timestamps
 * with a time zone; a dictionary is its values.
 * @throws COLUMN_TYPE_UNSUPPORTED for durations, intervals, unions, maps, decimals over 128 bits, and for dates, times
 * and decimals within a list, struct or dictionary
 */
export function arrowType(name: string, type: DataType): DuckDBType {
  return scalarType(type) ?? nestedType(name, type)
}

function unsupported(name: string, type: DataType): NightscoreError {
  return new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
    found: `column "${name}" of Arrow type ${Type[type.typeId]}`,
    expected:
      'numbers, text, booleans, dates, times, timestamps, binaries, dictionaries of these, or lists and structs of numbers and text',
    fix: 'Convert the column before writing the file.',
  })
}

function scalarType(type: DataType): DuckDBType | null {
  if (DataType.isDictionary(type)) return plainType(type.dictionary as DataType)
  if (DataType.isDate(type)) return DATE
  if (DataType.isTime(type)) return TIME
  if (DataType.isTimestamp(type)) return timestampType(type.unit, type.timezone)
  if (DataType.isDecimal(type)) return type.bitWidth === 128 ? DECIMAL(type.precision, type.scale) : null
  return plainType(type)
}

function timestampType(unit: TimeUnit, timezone: string | null | undefined): DuckDBType {
  if (timezone) return TIMESTAMPTZ
  return [TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_NS][unit]!
}

/** Types that lists and structs may hold too. */
function plainType(type: DataType): DuckDBType | null {
  if (DataType.isInt(type)) {
    const signed = { 8: TINYINT, 16: SMALLINT, 32: INTEGER, 64: BIGINT }
    const unsigned = { 8: UTINYINT, 16: USMALLINT, 32: UINTEGER, 64: UBIGINT }
    return (type.isSigned ? signed : unsigned)[type.bitWidth]
  }
  if (DataType.isFloat(type)) return type.precision === Precision.DOUBLE ? DOUBLE : FLOAT
  if (DataType.isBool(type)) return BOOLEAN
  if (
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isUtf8View(type) ||
    DataType.isNull(type)
  )
    return VARCHAR
  if (
    DataType.isBinary(type) ||
    DataType.isLargeBinary(type) ||
    DataType.isBinaryView(type) ||
    DataType.isFixedSizeBinary(type)
  )
    return BLOB
  return null
}

function nestedType(name: string, type: DataType): DuckDBType {
  const element = (field: Field<DataType>): DuckDBType => {
    const value = DataType.isDictionary(field.type) ? (field.type.dictionary as DataType) : field.type
    return plainType(value) ?? nestedType(`${name}.${field.name}`, value)
  }
  const { children } = type as { readonly children?: readonly Field<DataType>[] }
  if (DataType.isList(type) || DataType.isLargeList(type)) return LIST(element(children![0]!))
  if (DataType.isFixedSizeList(type)) return ARRAY(element(children![0]!), type.listSize)
  if (DataType.isStruct(type))
    return STRUCT(Object.fromEntries(children!.map((field) => [field.name, element(field)])))
  throw unsupported(name, type)
}
