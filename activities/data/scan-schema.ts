import {
  Binary,
  Bool,
  DateDay,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Schema,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
  type DataType,
} from 'apache-arrow'
import type { ColumnType } from '../../schemas/column'
import type { ElementType, ModelFeature, ModelManifest } from '../../schemas/model-manifest'
import { scanColumns, type ScanPlan } from './scan-plan'
import { scanColumnNames } from './scan-sql'

/** The Arrow form of a key or carried column; schemas/column.ts has the table. */
function columnArrowType(type: ColumnType): DataType {
  switch (type) {
    case 'boolean':
      return new Bool()
    case 'smallint':
      return new Int16()
    case 'integer':
      return new Int32()
    case 'bigint':
      return new Int64()
    case 'real':
      return new Float32()
    case 'double precision':
      return new Float64()
    case 'date':
      return new DateDay()
    case 'time':
      return new TimeMicrosecond()
    case 'timestamp':
      return new TimestampMicrosecond()
    case 'timestamptz':
      return new TimestampMicrosecond('UTC')
    case 'bytea':
      return new Binary()
    default:
      return new Utf8()
  }
}

function elementArrowType(type: ElementType): DataType {
  return {
    float32: new Float32(),
    float64: new Float64(),
    int64: new Int64(),
    int32: new Int32(),
    bool: new Bool(),
    string: new Utf8(),
  }[type]
}

function featureArrowType(feature: ModelFeature, elementType: ElementType): DataType {
  if (feature.type === 'text') return new Utf8()
  if (feature.type === 'category' && elementType !== 'string') return new Int32()
  const element = elementArrowType(elementType)
  return feature.type === 'list'
    ? new FixedSizeList(feature.length, new Field('item', element, true))
    : element
}

/** The schema of the batches that a scan yields: see scanColumns. */
export function scanSchema(scan: ScanPlan, manifest: ModelManifest): Schema {
  const types = new Map<string, DataType>([[scanColumns.row, new Int64()]])
  scan.keys.forEach(({ type }, i) => types.set(scanColumns.key(i), columnArrowType(type)))
  scan.carry.forEach(({ type }, i) => types.set(scanColumns.carry(i), columnArrowType(type)))
  manifest.features.forEach((feature, i) => {
    types.set(scanColumns.feature(i), featureArrowType(feature, scan.features[i]!.elementType))
    types.set(scanColumns.code(i), new Int32())
    types.set(scanColumns.other(i), new Utf8())
    types.set(scanColumns.bad(i), new Bool())
  })
  const never = new Set([scanColumns.row, ...manifest.features.map((_, i) => scanColumns.bad(i))])
  return new Schema(
    scanColumnNames(scan, manifest).map((name) => new Field(name, types.get(name)!, !never.has(name))),
  )
}
