/** Takes the fields of one row, in order; bytes is null for NULL and good until the chunk of rows is flushed. */
export interface RowTaker {
  field(column: number, bytes: Buffer | null): void
  endRow(): Promise<unknown> | null
}

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerBytes = signature.length + 8

/**
 * Reads Postgres's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4) from a
 * stream that is cut anywhere. Resolves at the stream's end.
 * @throws Error where the stream is not this format or ends before its trailer
 */
export async function decodeCopy(stream: AsyncIterable<Buffer>, taker: RowTaker): Promise<void> {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  let needed = headerBytes
  let started = false
  let ended = false
  for await (const piece of stream) {
    // what follows the trailer is nothing; reading on lets the connection see the end of the COPY
    if (ended) continue
    waiting.push(piece)
    waitingBytes += piece.length
    // joined only once the row is whole: a row of 10 MB comes in many pieces
    if (waitingBytes < needed) continue
    const bytes = waiting.length === 1 ? piece : Buffer.concat(waiting)
    let at = 0
    if (!started) {
      if (!bytes.subarray(0, signature.length).equals(signature)) throw new Error('not a binary COPY stream')
      at = headerBytes + bytes.readInt32BE(signature.length + 4)
      started = true
    }
    for (;;) {
      const end = endOfRow(bytes, at)
      if (end === 'trailer') {
        ended = true
        break
      }
      if (end < 0) {
        needed = -end
        break
      }
      takeFields(bytes, at, taker)
      at = end
      const written = taker.endRow()
      if (written) await written
    }
    waiting = at < bytes.length ? [bytes.subarray(at)] : []
    waitingBytes = bytes.length - at
  }
  if (!ended) throw new Error('the COPY stream ended before its trailer')
}

/** Where the row that begins at `start` ends; minus the bytes that are needed to tell, where it is not all there. */
function endOfRow(bytes: Buffer, start: number): number | 'trailer' {
  if (bytes.length < start + 2) return -2
  const fields = bytes.readInt16BE(start)
  if (fields === -1) return 'trailer'
  let at = start + 2
  for (let i = 0; i < fields; i++) {
    if (bytes.length < at + 4) return -(at + 4 - start)
    at += 4 + Math.max(0, bytes.readInt32BE(at))
  }
  return bytes.length < at ? -(at - start) : at
}

function takeFields(bytes: Buffer, start: number, taker: RowTaker): void {
  const fields = bytes.readInt16BE(start)
  let at = start + 2
  for (let column = 0; column < fields; column++) {
    const length = bytes.readInt32BE(at)
    at += 4
    taker.field(column, length < 0 ? null : bytes.subarray(at, at + length))
    if (length > 0) at += length
  }
}
