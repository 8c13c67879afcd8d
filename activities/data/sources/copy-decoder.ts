/** Takes the fields of tuples, in order. */
export interface TupleTaker {
  readonly columns: readonly TupleColumn[]
  /** Called after the last field of each tuple, with the bytes that it took. */
  endRow(bytes: number): void
}

/** Takes the values of one column. */
export interface TupleColumn {
  setNull(): void
  /** The value's bytes: [at, at + length) of `bytes`, which `view` is over; good until it returns. */
  take(view: DataView, bytes: Buffer, at: number, length: number): void
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerBytes = signature.length + 8

/**
 * Reads Postgres's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4) as CopyData
 * messages bring it. The protocol promises a tuple a message; the header comes with the first.
 */
export class CopyDecoder {
  private started = false
  private ended = false
  private last: Buffer | null = null
  private view: DataView = new DataView(new ArrayBuffer(0))

  constructor(private readonly taker: TupleTaker) {}

  /** @throws Error where the bytes are not this format, or cut within a tuple */
  readonly take = (bytes: Buffer, start: number, end: number): void => {
    // a view a buffer, not a message: a buffer holds hundreds
    if (bytes !== this.last) {
      this.last = bytes
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    }
    let at = this.started ? start : this.takeHeader(bytes, start)
    while (at < end && !this.ended) at = this.takeTuple(bytes, at, end)
    if (at > end) throw new Error('a COPY message that ends within a tuple')
  }

  /** @throws Error where the stream's trailer has not come */
  finish(): void {
    if (!this.ended) throw new Error('the COPY stream ended before its trailer')
  }

  private takeHeader(bytes: Buffer, start: number): number {
    if (!bytes.subarray(start, start + signature.length).equals(signature))
      throw new Error('not a binary COPY stream')
    this.started = true
    return start + headerBytes + bytes.readInt32BE(start + signature.length + 4)
  }

  private takeTuple(bytes: Buffer, start: number, end: number): number {
    const { view } = this
    const { columns } = this.taker
    const fields = view.getInt16(start)
    if (fields === -1) {
      this.ended = true
      return start + 2
    }
    if (fields !== columns.length) throw new Error(`a tuple of ${fields} fields, not ${columns.length}`)
    let at = start + 2
    for (let i = 0; i < fields; i++) {
      if (at + 4 > end) return end + 1
      const length = view.getInt32(at)
      at += 4
      if (length < 0) columns[i]!.setNull()
      else {
        if (at + length > end) return end + 1
        columns[i]!.take(view, bytes, at, length)
        at += length
      }
    }
    this.taker.endRow(at - start)
    return at
  }
}
