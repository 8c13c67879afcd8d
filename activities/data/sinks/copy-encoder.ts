import type { Data, RecordBatch } from 'apache-arrow'
import type { Column, ScalarColumnType } from '../../../schemas/column'
import { bitAt, checkArrowForm, validityOf } from './arrow-form'
import { fixedTypes, type PutValue } from './copy-fixed'
import { variedTypes, type PackedValues } from './copy-varied'

/** What Postgres's binary COPY stream starts and ends with. */
export const copyHeader = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
export const copyTrailer = Buffer.from([0xff, 0xff])

/** Below this many bytes a loop copies faster than TypedArray.set, which costs a call out of compiled code. */
const loopCopyBytes = 32

/**
 * Makes the tuples of a binary COPY from Arrow batches. Works a column at a time: first the width of each row, then the
 * values at their places, straight from the vectors' buffers.
 */
export class CopyEncoder {
  constructor(private readonly columns: readonly Column[]) {}

  /**
   * The batch's rows as binary COPY tuples, without header and trailer, in memory of their own (it can be transferred).
   * @param batch its columns, by position, have the Arrow forms of schemas/column.ts; names are not looked at
   * @throws VALUE_NOT_STORABLE for a value that the Postgres type cannot hold
   */
  encode(batch: RecordBatch): Uint8Array {
    const bound = this.columns.map((column, i) =>
      bind(column, checkArrowForm(column, batch.data.children[i])),
    )
    const rows = batch.numRows
    // each tuple: int16 count of fields, then for each an int32 length and the value
    const cursors = new Uint32Array(rows).fill(2 + 4 * bound.length)
    for (const column of bound) addWidths(column, cursors)
    let total = 0
    for (let row = 0; row < rows; row += 1) {
      const width = cursors[row]!
      cursors[row] = total
      total += width
    }
    const bytes = Buffer.allocUnsafeSlow(total)
    const out = new DataView(bytes.buffer)
    for (let row = 0; row < rows; row += 1) {
      out.setInt16(cursors[row]!, bound.length)
      cursors[row]! += 2
    }
    for (const column of bound)
      if (column.packed) writePacked(column, column.packed, bytes, out, cursors)
      else writeFixed(column, column.width, column.put, out, cursors)
    // no Buffer: its slice() is a view, and whoever transfers a part's memory would take the whole
    return new Uint8Array(bytes.buffer)
  }
}

interface BoundVector {
  readonly validity: Uint8Array | null
  readonly offset: number
}
interface BoundFixed extends BoundVector {
  readonly packed: null
  readonly width: number
  readonly put: PutValue
}
interface BoundPacked extends BoundVector {
  readonly packed: PackedValues
}
type BoundColumn = BoundFixed | BoundPacked

function bind(column: Column, data: Data): BoundColumn {
  const vector = { validity: validityOf(data), offset: data.offset }
  const pack = variedTypes[column.type]
  if (pack) return { ...vector, packed: pack(data, column) }
  const fixed = fixedTypes[column.type as ScalarColumnType]!
  return { ...vector, packed: null, width: fixed.width, put: fixed.bind(data, column) }
}

function addWidths(column: BoundColumn, widths: Uint32Array): void {
  const { validity, offset, packed } = column
  const width = packed ? (packed.prefix === null ? 0 : 1) : column.width
  for (let row = 0; row < widths.length; row += 1) {
    if (validity && !bitAt(validity, offset + row)) continue
    widths[row]! += packed ? width + packed.offsets[row + 1]! - packed.offsets[row]! : width
  }
}

function writeFixed(
  { validity, offset }: BoundVector,
  width: number,
  put: PutValue,
  out: DataView,
  cursors: Uint32Array,
): void {
  for (let row = 0; row < cursors.length; row += 1) {
    const at = cursors[row]!
    if (validity && !bitAt(validity, offset + row)) {
      out.setInt32(at, -1)
      cursors[row] = at + 4
    } else {
      out.setInt32(at, width)
      put(out, at + 4, row)
      cursors[row] = at + 4 + width
    }
  }
}

function writePacked(
  { validity, offset }: BoundVector,
  packed: PackedValues,
  bytes: Uint8Array,
  out: DataView,
  cursors: Uint32Array,
): void {
  const { offsets, bytes: source, prefix } = packed
  for (let row = 0; row < cursors.length; row += 1) {
    let at = cursors[row]!
    if (validity && !bitAt(validity, offset + row)) {
      out.setInt32(at, -1)
      cursors[row] = at + 4
      continue
    }
    const start = offsets[row]!
    const length = offsets[row + 1]! - start
    out.setInt32(at, length + (prefix === null ? 0 : 1))
    at += 4
    if (prefix !== null) out.setUint8(at++, prefix)
    if (length <= loopCopyBytes) for (let i = 0; i < length; i += 1) bytes[at + i] = source[start + i]!
    else bytes.set(source.subarray(start, start + length), at)
    cursors[row] = at + length
  }
}
