import type { Data } from 'apache-arrow'

/** Offsets into the bytes (Utf8, Binary) or elements (List) of a column: row r is [offsets[r], offsets[r + 1]). */
export function offsetsOf(data: Data): Int32Array {
  return data.valueOffsets as Int32Array
}

/** All bytes of a Utf8 or Binary column, without copying them. */
export function bytesOf(data: Data): Buffer {
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** The text in row `row` of a Utf8 column (not null there). */
export function textAt(data: Data, row: number): string {
  const offsets = offsetsOf(data)
  return bytesOf(data).toString('utf8', offsets[row], offsets[row + 1])
}
