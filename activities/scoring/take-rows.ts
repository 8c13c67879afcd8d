import { Data, DataType } from 'apache-arrow'
import { bytesOf, offsetsOf } from '../features/arrow-buffers'
import { bitAt, validityOf } from '../data/sinks/arrow-form'

/**
 * The rows `rows` of an Arrow column, in that order, in memory of their own; null for a row below 0. Takes every form of
 * schemas/column.ts: fixed width, Bool, Utf8, Binary, List.
 */
export function takeRows(data: Data, rows: Int32Array): Data {
  const validity = takeValidity(data, rows)
  const make = (offsets: Int32Array | undefined, values: unknown, children: Data[] = []): Data =>
    new Data(data.type, 0, rows.length, validity ? -1 : 0, [offsets, values, validity] as never, children)

  if (DataType.isBool(data.type))
    return make(undefined, takeBits(data.values as Uint8Array, data.offset, rows))
  if (DataType.isList(data.type)) {
    const { offsets, elements } = takeRanges(offsetsOf(data), rows)
    return make(offsets, undefined, [takeRows(data.children[0]!, elements)])
  }
  if (DataType.isUtf8(data.type) || DataType.isBinary(data.type))
    return make(...takeBytes(offsetsOf(data), bytesOf(data), rows))
  return make(undefined, takeFixed(data.values as Float64Array, rows))
}

function takeValidity(data: Data, rows: Int32Array): Uint8Array | undefined {
  const bits = validityOf(data)
  if (bits) return takeBits(bits, data.offset, rows)
  if (!rows.some((row) => row < 0)) return undefined
  const present = new Uint8Array((rows.length + 7) >> 3)
  rows.forEach((row, i) => {
    if (row >= 0) present[i >> 3]! |= 1 << (i & 7)
  })
  return present
}

function takeBits(bits: Uint8Array, offset: number, rows: Int32Array): Uint8Array {
  const taken = new Uint8Array((rows.length + 7) >> 3)
  for (let i = 0; i < rows.length; i += 1)
    if (rows[i]! >= 0 && bitAt(bits, offset + rows[i]!)) taken[i >> 3]! |= 1 << (i & 7)
  return taken
}

function takeFixed(values: Float64Array, rows: Int32Array): Float64Array {
  const taken = new (values.constructor as Float64ArrayConstructor)(rows.length)
  for (let i = 0; i < rows.length; i += 1) if (rows[i]! >= 0) taken[i] = values[rows[i]!]!
  return taken
}

function takeBytes(offsets: Int32Array, bytes: Uint8Array, rows: Int32Array): [Int32Array, Uint8Array] {
  const takenOffsets = new Int32Array(rows.length + 1)
  for (let i = 0; i < rows.length; i += 1)
    takenOffsets[i + 1] = takenOffsets[i]! + lengthAt(offsets, rows[i]!)
  const taken = new Uint8Array(takenOffsets[rows.length]!)
  for (let i = 0; i < rows.length; i += 1)
    if (rows[i]! >= 0) taken.set(bytes.subarray(offsets[rows[i]!], offsets[rows[i]! + 1]), takenOffsets[i])
  return [takenOffsets, taken]
}

const lengthAt = (offsets: Int32Array, row: number): number =>
  row < 0 ? 0 : offsets[row + 1]! - offsets[row]!

function takeRanges(
  offsets: Int32Array,
  rows: Int32Array,
): { readonly offsets: Int32Array; readonly elements: Int32Array } {
  const takenOffsets = new Int32Array(rows.length + 1)
  for (let i = 0; i < rows.length; i += 1)
    takenOffsets[i + 1] = takenOffsets[i]! + lengthAt(offsets, rows[i]!)
  const elements = new Int32Array(takenOffsets[rows.length]!)
  let at = 0
  for (const row of rows)
    if (row >= 0)
      for (let element = offsets[row]!; element < offsets[row + 1]!; element += 1) elements[at++] = element
  return { offsets: takenOffsets, elements }
}
