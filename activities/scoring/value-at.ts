import { DataType, DateUnit, type Data } from 'apache-arrow'
import { bitAt, validityOf } from '../data/sinks/arrow-form'
import { bytesOf, offsetsOf, textAt } from '../features/arrow-buffers'

/** A value of a key, carried or predicted column as JSON can hold it; bigint stays bigint. */
export type PlainValue = number | bigint | boolean | string | null | readonly PlainValue[]

/** Row `row` of an Arrow column in one of the forms of schemas/column.ts: dates and times as ISO text, bytea as \x hex. */
export function valueAt(data: Data, row: number): PlainValue {
  const { type } = data
  const validity = validityOf(data)
  if (validity && !bitAt(validity, data.offset + row)) return null
  if (DataType.isBool(type)) return bitAt(data.values as Uint8Array, data.offset + row)
  if (DataType.isUtf8(type)) return textAt(data, row)
  if (DataType.isBinary(type)) {
    const offsets = offsetsOf(data)
    return `\\x${bytesOf(data).toString('hex', offsets[row], offsets[row + 1])}`
  }
  if (DataType.isList(type)) {
    const [start, end] = [offsetsOf(data)[row]!, offsetsOf(data)[row + 1]!]
    return Array.from({ length: end - start }, (_, i) => valueAt(data.children[0]!, start + i))
  }
  const value = (data.values as ArrayLike<number | bigint>)[row]!
  if (DataType.isDate(type) && type.unit === DateUnit.DAY)
    return isoMicroseconds(BigInt(value) * 86_400_000_000n).split('T')[0]!
  if (DataType.isTimestamp(type)) return isoMicroseconds(BigInt(value)) + (type.timezone ? 'Z' : '')
  if (DataType.isTime(type)) return isoMicroseconds(BigInt(value)).split('T')[1]!
  return value
}

/** @example isoMicroseconds(0n) // '1970-01-01T00:00:00.000000' */
function isoMicroseconds(sinceEpoch: bigint): string {
  const second = 1_000_000n
  const fraction = ((sinceEpoch % second) + second) % second
  const date = new Date(Number((sinceEpoch - fraction) / 1_000n))
  // beyond JavaScript's calendar (and Postgres's infinity) the number itself is clearer than an error
  if (Number.isNaN(date.getTime())) return `${sinceEpoch} microseconds since 1970`
  return date.toISOString().replace(/\d{3}Z$/, String(fraction).padStart(6, '0'))
}
