import type { Data } from 'apache-arrow'

/** The text in row `row` of a Utf8 column (not null there). */
export function textAt(data: Data, row: number): string {
  const { buffer, byteOffset } = data.values as Uint8Array
  const [start, end] = [data.valueOffsets[row]!, data.valueOffsets[row + 1]!]
  return Buffer.from(buffer, byteOffset + start, end - start).toString('utf8')
}
