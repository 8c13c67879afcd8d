import type { Data } from 'apache-arrow'
import type { ArrayColumnType, Column, ScalarColumnType } from '../../../schemas/column'
import { bitAt, validityOf } from './arrow-form'
import { fixedTypes } from './copy-fixed'
import { encodeNumeric } from './encode-numeric'
import { refuseValue } from './refuse-value'

/** Values of varying width, packed: row i is bytes[offsets[i] .. offsets[i + 1]), after `prefix` where there is one. */
export interface PackedValues {
  readonly offsets: Int32Array
  readonly bytes: Uint8Array
  /** A byte before each value: jsonb's version. */
  readonly prefix: number | null
}

type Pack = (data: Data, column: Column) => PackedValues

function utf8Buffers(data: Data): { readonly offsets: Int32Array; readonly bytes: Uint8Array } {
  return { offsets: data.valueOffsets as Int32Array, bytes: data.values as Uint8Array }
}

/** Utf8 and Binary vectors are packed already. */
const asItIs: Pack = (data) => ({ ...utf8Buffers(data), prefix: null })

const element = {
  'boolean[]': { type: 'boolean', oid: 16 },
  'integer[]': { type: 'integer', oid: 23 },
  'bigint[]': { type: 'bigint', oid: 20 },
  'real[]': { type: 'real', oid: 700 },
  'double precision[]': { type: 'double precision', oid: 701 },
  'text[]': { type: 'text', oid: 25 },
} as const satisfies Record<ArrayColumnType, { type: ScalarColumnType; oid: number }>

export const variedTypes: Partial<Record<Column['type'], Pack>> = {
  text: asItIs,
  bytea: asItIs,
  jsonb: (data, column) => ({ ...asItIs(data, column), prefix: 1 }),
  numeric: packNumeric,
  'boolean[]': packList,
  'integer[]': packList,
  'bigint[]': packList,
  'real[]': packList,
  'double precision[]': packList,
  'text[]': packList,
}

function packNumeric(data: Data, column: Column): PackedValues {
  const validity = validityOf(data)
  const { offsets: starts, bytes } = utf8Buffers(data)
  const texts = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const offsets = new Int32Array(data.length + 1)
  const parts: Buffer[] = []
  for (let row = 0, end = 0; row < data.length; row += 1) {
    if (!validity || bitAt(validity, data.offset + row)) {
      const text = texts.toString('latin1', starts[row], starts[row + 1])
      const part = encodeNumeric(text)
      if (!part)
        throw refuseValue(column, JSON.stringify(text.slice(0, 80)), 'a decimal number without exponent')
      parts.push(part)
      end += part.length
    }
    offsets[row + 1] = end
  }
  return { offsets, bytes: Buffer.concat(parts), prefix: null }
}

/** Bytes of an array before its elements: dimensions, null flag, element type; then length and lower bound of the one dimension. */
const emptyArrayBytes = 12
const arrayHeaderBytes = 20

function packList(data: Data, column: Column): PackedValues {
  const { type, oid } = element[column.type as ArrayColumnType]
  const child = data.children[0] as Data
  const validity = validityOf(data)
  const childValidity = validityOf(child)
  const isPresent = (i: number) => !childValidity || bitAt(childValidity, child.offset + i)
  const write = type === 'text' ? bindText(child) : bindFixed(child, type, column)
  const starts = data.valueOffsets as Int32Array
  const offsets = new Int32Array(data.length + 1)
  for (let row = 0, end = 0; row < data.length; row += 1) {
    if (!validity || bitAt(validity, data.offset + row)) {
      const [first, last] = [starts[row]!, starts[row + 1]!]
      end += first === last ? emptyArrayBytes : arrayHeaderBytes
      for (let i = first; i < last; i += 1) end += 4 + (isPresent(i) ? write.width(i) : 0)
    }
    offsets[row + 1] = end
  }
  const bytes = Buffer.allocUnsafe(offsets[data.length]!)
  const out = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let row = 0; row < data.length; row += 1) {
    let at = offsets[row]!
    if (at === offsets[row + 1]) continue
    const [first, last] = [starts[row]!, starts[row + 1]!]
    let hasNull = 0
    for (let i = first; i < last; i += 1) if (!isPresent(i)) hasNull = 1
    out.setInt32(at, first === last ? 0 : 1)
    out.setInt32(at + 4, hasNull)
    out.setInt32(at + 8, oid)
    at += emptyArrayBytes
    if (first === last) continue
    out.setInt32(at, last - first)
    out.setInt32(at + 4, 1)
    at += arrayHeaderBytes - emptyArrayBytes
    for (let i = first; i < last; i += 1) {
      const width = isPresent(i) ? write.width(i) : -1
      out.setInt32(at, width)
      at += 4
      if (width < 0) continue
      write.put(out, at, i)
      at += width
    }
  }
  return { offsets, bytes, prefix: null }
}

interface ElementWriter {
  width(i: number): number
  put(out: DataView, at: number, i: number): void
}

function bindFixed(child: Data, type: ScalarColumnType, column: Column): ElementWriter {
  const fixed = fixedTypes[type]!
  return { width: () => fixed.width, put: fixed.bind(child, column) }
}

function bindText(child: Data): ElementWriter {
  const { offsets, bytes } = utf8Buffers(child)
  return {
    width: (i) => offsets[i + 1]! - offsets[i]!,
    put: (out, at, i) =>
      new Uint8Array(out.buffer, out.byteOffset).set(bytes.subarray(offsets[i], offsets[i + 1]), at),
  }
}
