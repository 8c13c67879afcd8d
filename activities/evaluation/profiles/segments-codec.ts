import { ByteReader } from './byte-reader'
import { ByteWriter } from './byte-writer'

const version = 1

/**
 * The profiles of a batch's segments, each already bytes, in one: by key, such as `carrier=UA`, in the order given.
 *
 * `decode` throws a RangeError for another version, and for bytes cut short or with more behind them.
 */
export const segmentsCodec = { encode, decode }

function encode(segments: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const writer = new ByteWriter().byte(version).number(segments.size)
  for (const [key, bytes] of segments) writer.text(key).array(bytes)
  return writer.bytes()
}

function decode(bytes: Uint8Array): Map<string, Uint8Array> {
  const reader = new ByteReader(bytes)
  const found = reader.byte()
  if (found !== version) throw new RangeError(`the segments have version ${found}, allowed is ${version}`)
  const segments = new Map<string, Uint8Array>()
  for (let left = reader.number(); left > 0; left -= 1) segments.set(reader.text(), reader.bytes())
  reader.end()
  return segments
}
