import type { PlainType } from './plain-type'

/**
 * The values of one column of a row group, little-endian as a plain page has them: those that are not null one after the
 * other, and a bit for each row that tells which are. Of lists the elements: see ListLevels.
 */
export class PlainColumn {
  /** Values that are not null. */
  count = 0
  /** Rows, null or not. */
  rows = 0
  /** Where the next value of varying length goes. */
  used = 0
  bytes: Uint8Array<ArrayBuffer>
  /** `bytes` as int32: values of 4 and (low half first) 8 bytes are written through it. */
  words: Int32Array<ArrayBuffer>
  private valid: Uint8Array<ArrayBuffer>
  private nulls = 0

  /** @param capacity rows that fit; more after `reserve` */
  constructor(
    readonly name: string,
    readonly type: PlainType,
    private capacity: number,
  ) {
    this.bytes = new Uint8Array(roundUp(Math.max(64, capacity * Math.max(1, type.width))))
    this.words = new Int32Array(this.bytes.buffer)
    this.valid = new Uint8Array((capacity >> 3) + 1).fill(0xff)
  }

  setNull(): void {
    this.valid[this.rows >> 3]! &= ~(1 << (this.rows & 7))
    this.nulls += 1
    this.rows += 1
  }

  word(value: number): void {
    this.words[this.count] = value
    this.count += 1
    this.rows += 1
  }

  long(low: number, high: number): void {
    this.words[2 * this.count] = low
    this.words[2 * this.count + 1] = high
    this.count += 1
    this.rows += 1
  }

  bit(value: boolean): void {
    const at = this.count >> 3
    const bit = 1 << (this.count & 7)
    if (value) this.bytes[at]! |= bit
    else this.bytes[at]! &= ~bit
    this.count += 1
    this.rows += 1
  }

  /** The 16 bytes of a UUID. */
  fixed(source: Uint8Array, at: number): void {
    const { width } = this.type
    for (let i = 0, to = this.count * width; i < width; i++) this.bytes[to + i] = source[at + i]!
    this.count += 1
    this.rows += 1
  }

  varied(source: Uint8Array, at: number, length: number): void {
    const end = this.used + 4 + length
    if (end > this.bytes.length) this.grow(end)
    const { bytes, used } = this
    bytes[used] = length
    bytes[used + 1] = length >> 8
    bytes[used + 2] = length >> 16
    bytes[used + 3] = length >> 24
    // a loop copies few bytes faster than TypedArray.set, which costs a call out of compiled code
    if (length <= 32) for (let i = 0; i < length; i++) bytes[used + 4 + i] = source[at + i]!
    else bytes.set(source.subarray(at, at + length), used + 4)
    this.used = end
    this.count += 1
    this.rows += 1
  }

  /** Makes room for `rows` rows in all. */
  reserve(rows: number): void {
    if (rows <= this.capacity) return
    this.capacity = Math.max(rows, 2 * this.capacity)
    this.grow(this.capacity * Math.max(1, this.type.width))
    const valid = new Uint8Array((this.capacity >> 3) + 1).fill(0xff)
    valid.set(this.valid)
    this.valid = valid
  }

  private grow(least: number): void {
    const bytes = new Uint8Array(roundUp(Math.max(least, 2 * this.bytes.length)))
    bytes.set(this.bytes)
    this.bytes = bytes
    this.words = new Int32Array(bytes.buffer)
  }

  /** Bytes that the values take. */
  get size(): number {
    const { width } = this.type
    return width > 0 ? this.count * width : width === 0 ? this.used : (this.count + 7) >> 3
  }

  /** For each row a bit, set where it is not null; null where all are set. */
  validity(): Uint8Array | null {
    return this.nulls === 0 ? null : this.valid.subarray(0, (this.rows + 7) >> 3)
  }

  isValid(row: number): boolean {
    return (this.valid[row >> 3]! & (1 << (row & 7))) !== 0
  }

  reset(): void {
    if (this.nulls > 0) this.valid.fill(0xff)
    this.count = this.rows = this.used = this.nulls = 0
  }
}

function roundUp(bytes: number): number {
  return (bytes + 7) & ~7
}
