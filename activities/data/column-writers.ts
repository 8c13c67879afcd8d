import duckdb, { type Type as DuckTypeId, type Vector } from '@duckdb/node-bindings'
import { DataType, makeData, Type, type Data, type Field } from 'apache-arrow'
import { NightscoreError } from '../../schemas/errors'

const DuckType = duckdb.Type

/** Collects one column's values from DuckDB vectors into the buffers of an Arrow vector, whole ranges at a time. */
export interface ColumnWriter {
  /** Appends rows [from, from + count) of a vector that holds `size` rows. */
  append(vector: Vector, size: number, from: number, count: number): void
  /** What was collected, as one Arrow vector over the writer's own memory. */
  finish(): Data
  /** Forgets what was collected, to collect again in the same memory: vectors of before change under their readers. */
  clear(): void
}

type Numbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
type NumbersType = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Numbers

/** How DuckDB keeps the values of a fixed-width type in a vector. */
const stored: Partial<Record<DuckTypeId, NumbersType>> = {
  [DuckType.BOOLEAN]: Uint8Array,
  [DuckType.TINYINT]: Int8Array,
  [DuckType.SMALLINT]: Int16Array,
  [DuckType.INTEGER]: Int32Array,
  [DuckType.BIGINT]: BigInt64Array,
  [DuckType.UTINYINT]: Uint8Array,
  [DuckType.USMALLINT]: Uint16Array,
  [DuckType.UINTEGER]: Uint32Array,
  [DuckType.FLOAT]: Float32Array,
  [DuckType.DOUBLE]: Float64Array,
  [DuckType.DATE]: Int32Array,
  [DuckType.TIME]: BigInt64Array,
  [DuckType.TIMESTAMP]: BigInt64Array,
  [DuckType.TIMESTAMP_TZ]: BigInt64Array,
}

/** A writer for `capacity` rows of DuckDB type `from` into Arrow type `to`. */
export function columnWriter(
  from: DuckTypeId,
  to: DataType,
  capacity: number,
  elementFrom: DuckTypeId | null,
): ColumnWriter {
  if (DataType.isFixedSizeList(to)) return new FixedListWriter(to, to.listSize, capacity, elementFrom ?? from)
  switch (to.typeId) {
    case Type.Bool:
      return new BoolWriter(to, capacity)
    case Type.Utf8:
    case Type.Binary:
      return new BytesWriter(to, capacity)
    default:
      return new NumbersWriter(to, capacity, numbersOf(from))
  }
}

function numbersOf(type: DuckTypeId): NumbersType {
  const numbers = stored[type]
  if (!numbers) throw new TypeError(`no typed array holds DuckDB's ${DuckType[type]}`)
  return numbers
}

/** Null bits, kept only once there is a null. DuckDB and Arrow agree: bit i of the little-endian mask, 1 = valid. */
class Validity {
  private bits: Uint8Array | null = null
  private rows = 0
  nullCount = 0

  constructor(private readonly capacity: number) {}

  append(vector: Vector, size: number, from: number, count: number): Uint8Array | null {
    // the binding gives null where no row of the vector is null, though its types do not say so
    const mask = duckdb.vector_get_validity(vector, Math.ceil(size / 64) * 8) as Uint8Array | null
    if (mask) {
      for (let i = 0; i < count; i++)
        if (!isSet(mask, from + i)) {
          this.bits ??= new Uint8Array(Math.ceil(this.capacity / 8)).fill(0xff)
          const row = this.rows + i
          this.bits[row >> 3]! &= ~(1 << (row & 7))
          this.nullCount++
        }
    }
    this.rows += count
    return mask
  }

  finish(): { nullCount: number; nullBitmap: Uint8Array | null } {
    return { nullCount: this.nullCount, nullBitmap: this.nullCount > 0 ? this.bits : null }
  }

  clear(): void {
    if (this.nullCount > 0) this.bits?.fill(0xff)
    this.rows = 0
    this.nullCount = 0
  }
}

function isSet(bits: Uint8Array, i: number): boolean {
  return ((bits[i >> 3]! >> (i & 7)) & 1) === 1
}

class NumbersWriter implements ColumnWriter {
  private readonly values: Numbers
  private readonly validity: Validity
  private rows = 0

  constructor(
    private readonly type: DataType,
    capacity: number,
    private readonly from: NumbersType,
  ) {
    this.values = new (type.ArrayType as new (length: number) => Numbers)(capacity)
    this.validity = new Validity(capacity)
  }

  append(vector: Vector, size: number, from: number, count: number): void {
    const width = (this.from as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT
    const bytes = duckdb.vector_get_data(vector, size * width)
    const values = new this.from(bytes.buffer, bytes.byteOffset + from * width, count)
    // converts as numpy's astype does where the two element types differ; bigint goes with bigint only
    this.values.set(values as Float64Array & BigInt64Array, this.rows)
    this.validity.append(vector, size, from, count)
    this.rows += count
  }

  finish(): Data {
    const data = this.values.subarray(0, this.rows)
    return makeData({ type: this.type, length: this.rows, data, ...this.validity.finish() } as never)
  }

  clear(): void {
    this.rows = 0
    this.validity.clear()
  }
}

class BoolWriter implements ColumnWriter {
  private readonly bits: Uint8Array
  private readonly validity: Validity
  private rows = 0

  constructor(
    private readonly type: DataType,
    capacity: number,
  ) {
    this.bits = new Uint8Array(Math.ceil(capacity / 8))
    this.validity = new Validity(capacity)
  }

  append(vector: Vector, size: number, from: number, count: number): void {
    const values = duckdb.vector_get_data(vector, size)
    for (let i = 0; i < count; i++) {
      const row = this.rows + i
      if (values[from + i] !== 0) this.bits[row >> 3]! |= 1 << (row & 7)
    }
    this.validity.append(vector, size, from, count)
    this.rows += count
  }

  finish(): Data {
    return makeData({
      type: this.type,
      length: this.rows,
      data: this.bits,
      ...this.validity.finish(),
    } as never)
  }

  clear(): void {
    this.bits.fill(0)
    this.rows = 0
    this.validity.clear()
  }
}

/** Text and blobs: the bytes are copied, no JavaScript string is made. */
class BytesWriter implements ColumnWriter {
  private readonly offsets: Int32Array
  private readonly validity: Validity
  private bytes = new Uint8Array(0)
  private rows = 0
  private used = 0

  constructor(
    private readonly type: DataType,
    capacity: number,
  ) {
    this.offsets = new Int32Array(capacity + 1)
    this.validity = new Validity(capacity)
  }

  append(vector: Vector, size: number, from: number, count: number): void {
    const mask = this.validity.append(vector, size, from, count)
    // each entry: uint32 length, then 12 bytes of text, or 4 bytes of it and a pointer to the whole
    const entries = duckdb.vector_get_data(vector, size * 16)
    const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength)
    for (let i = from; i < from + count; i++) {
      if (!mask || isSet(mask, i)) {
        const length = view.getUint32(i * 16, true)
        this.reserve(length)
        if (length > 12)
          this.bytes.set(
            duckdb.get_data_from_pointer(
              entries.buffer as ArrayBuffer,
              entries.byteOffset + i * 16 + 8,
              length,
            ),
            this.used,
          )
        else for (let b = 0; b < length; b++) this.bytes[this.used + b] = entries[i * 16 + 4 + b]!
        this.used += length
      }
      this.offsets[++this.rows] = this.used
    }
  }

  private reserve(length: number): void {
    const needed = this.used + length
    if (needed <= this.bytes.length) return
    if (needed > 0x7fffffff)
      throw new NightscoreError('COLUMN_TYPE_UNSUPPORTED', {
        found: 'over 2 GB of text in one column of 8,192 rows',
        expected: 'at most 2 GB',
        fix: 'Leave the column out of key and carry, or shorten it in the source.',
      })
    const grown = new Uint8Array(Math.min(0x7fffffff, Math.max(needed, this.bytes.length * 2, 64 * 1024)))
    grown.set(this.bytes.subarray(0, this.used))
    this.bytes = grown
  }

  finish(): Data {
    const valueOffsets = this.offsets.subarray(0, this.rows + 1)
    const data = this.bytes.subarray(0, this.used)
    return makeData({
      type: this.type,
      length: this.rows,
      valueOffsets,
      data,
      ...this.validity.finish(),
    } as never)
  }

  clear(): void {
    this.rows = 0
    this.used = 0
    this.validity.clear()
  }
}

class FixedListWriter implements ColumnWriter {
  private readonly child: ColumnWriter
  private readonly validity: Validity
  private rows = 0

  constructor(
    private readonly type: DataType,
    private readonly length: number,
    capacity: number,
    elementFrom: DuckTypeId,
  ) {
    const [element] = type.children as Field<DataType>[]
    this.child = columnWriter(elementFrom, element!.type, capacity * length, null)
    this.validity = new Validity(capacity)
  }

  append(vector: Vector, size: number, from: number, count: number): void {
    const { length } = this
    this.child.append(duckdb.array_vector_get_child(vector), size * length, from * length, count * length)
    this.validity.append(vector, size, from, count)
    this.rows += count
  }

  finish(): Data {
    return makeData({
      type: this.type,
      length: this.rows,
      child: this.child.finish(),
      ...this.validity.finish(),
    } as never)
  }

  clear(): void {
    this.child.clear()
    this.rows = 0
    this.validity.clear()
  }
}
