const wire = { true: 1, false: 2, byte: 3, int32: 5, int64: 6, binary: 8, list: 9, struct: 12 } as const

/**
 * Writes Thrift's compact protocol, which Parquet's headers and footer are in
 * (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md). Fields in ascending order.
 */
export class ThriftWriter {
  private readonly bytes: number[] = []
  private lastField = 0

  int32(field: number, value: number): this {
    this.head(field, wire.int32)
    return this.varint(zigzag(value))
  }

  /** @param value a safe integer, not negative */
  int64(field: number, value: number): this {
    this.head(field, wire.int64)
    return this.varint(zigzag(value))
  }

  byte(field: number, value: number): this {
    this.head(field, wire.byte)
    this.bytes.push(value)
    return this
  }

  boolean(field: number, value: boolean): this {
    this.head(field, value ? wire.true : wire.false)
    return this
  }

  text(field: number, value: string): this {
    this.head(field, wire.binary)
    return this.rawText(value)
  }

  struct(field: number, fill: (writer: ThriftWriter) => void = () => undefined): this {
    this.head(field, wire.struct)
    return this.rawStruct(fill)
  }

  structs<T>(field: number, items: readonly T[], fill: (item: T, writer: ThriftWriter) => void): this {
    this.list(field, items.length, wire.struct)
    for (const item of items) this.rawStruct((writer) => fill(item, writer))
    return this
  }

  int32s(field: number, items: readonly number[]): this {
    this.list(field, items.length, wire.int32)
    for (const item of items) this.varint(zigzag(item))
    return this
  }

  texts(field: number, items: readonly string[]): this {
    this.list(field, items.length, wire.binary)
    for (const item of items) this.rawText(item)
    return this
  }

  /** What was written, as one struct. */
  finish(): Uint8Array {
    return Uint8Array.from([...this.bytes, 0])
  }

  private head(field: number, type: number): void {
    const step = field - this.lastField
    this.lastField = field
    if (step > 0 && step <= 15) this.bytes.push((step << 4) | type)
    else {
      this.bytes.push(type)
      this.varint(zigzag(field))
    }
  }

  private list(field: number, length: number, type: number): void {
    this.head(field, wire.list)
    if (length < 15) this.bytes.push((length << 4) | type)
    else {
      this.bytes.push(0xf0 | type)
      this.varint(length)
    }
  }

  private rawStruct(fill: (writer: ThriftWriter) => void): this {
    const outer = this.lastField
    this.lastField = 0
    fill(this)
    this.bytes.push(0)
    this.lastField = outer
    return this
  }

  private rawText(value: string): this {
    const bytes = Buffer.from(value)
    this.varint(bytes.length)
    for (const byte of bytes) this.bytes.push(byte)
    return this
  }

  private varint(value: number): this {
    pushVarint(this.bytes, value)
    return this
  }
}

/** Appends an unsigned LEB128. By division: offsets in files pass 32 bits. */
export function pushVarint(bytes: number[], value: number): void {
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}
