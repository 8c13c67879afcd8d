import type { Data } from 'apache-arrow'
import { bitAt, validityOf } from '../../data/sinks/arrow-form'
import { bytesOf, offsetsOf } from '../../features/arrow-buffers'
import type { TextColumn } from '../profiles/profile-column'
import type { NumberColumn } from '../stats/number-column'

/** Texts of up to 6 bytes are told apart by a number, without being decoded for each row. */
const packedBytesAtMost = 6

/** A Utf8 column of few distinct texts as a dictionary, in order of first appearance. */
export function utf8Dictionary(data: Data): TextColumn {
  const [offsets, bytes, validity] = [offsetsOf(data), bytesOf(data), validityOf(data)]
  const codes = new Int32Array(data.length)
  const dictionary: string[] = []
  const short = new Map<number, number>()
  const long = new Map<string, number>()
  for (let row = 0; row < data.length; row += 1) {
    if (validity && !bitAt(validity, data.offset + row)) {
      codes[row] = -1
      continue
    }
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    if (end - start > packedBytesAtMost) {
      const text = bytes.toString('utf8', start, end)
      codes[row] = codeOf(long, text, () => dictionary.push(text) - 1)
      continue
    }
    let packed = end - start
    for (let at = start; at < end; at += 1) packed = packed * 256 + bytes[at]!
    codes[row] = codeOf(short, packed, () => dictionary.push(bytes.toString('utf8', start, end)) - 1)
  }
  return { dictionary, codes }
}

function codeOf<K>(known: Map<K, number>, key: K, make: () => number): number {
  let code = known.get(key)
  if (code === undefined) known.set(key, (code = make()))
  return code
}

/** Free text as two columns of numbers; a row without text is missing in both. */
export interface TextLengths {
  /** Code points: an emoji is 1, whatever its parts in UTF-16; a flag of two points 2. */
  readonly length: NumberColumn
  /** 1 where the text is empty, else 0: its mean is the empty rate. */
  readonly empty: NumberColumn
}

/** Length in code points, and whether it is empty, of each text of a Utf8 column: what is profiled of free text. */
export function utf8Lengths(data: Data): TextLengths {
  const [offsets, bytes, validity] = [offsetsOf(data), bytesOf(data), validityOf(data)]
  const [length, empty] = [new Int32Array(data.length), new Int32Array(data.length)]
  for (let row = 0; row < data.length; row += 1) {
    const [start, end] = [offsets[row]!, offsets[row + 1]!]
    let count = 0
    // every byte but those that go on with a code point
    for (let at = start; at < end; at += 1) if ((bytes[at]! & 0xc0) !== 0x80) count += 1
    length[row] = count
    empty[row] = count === 0 ? 1 : 0
  }
  const present = validity ? { validity, bitOffset: data.offset } : {}
  return { length: { values: length, ...present }, empty: { values: empty, ...present } }
}
