import type { NumberColumn } from '../stats/number-column'
import type { TextColumn } from './profile-column'

/** Free text as two columns of numbers; a row without text is missing in both. */
export interface TextLengths {
  /** Code points: an emoji is 1, whatever its parts in UTF-16; a flag of two points 2. */
  readonly length: NumberColumn
  /** 1 where the text is empty, else 0: its mean is the empty rate. */
  readonly empty: NumberColumn
}

/**
 * What is profiled of free text. Each text of the dictionary is looked at once.
 * @throws RangeError for a code beyond the dictionary
 * @example textLengths({ dictionary: ['ab', ''], codes: Int32Array.of(0, 1, -1) }).length // 2, 0, missing
 */
export function textLengths({ dictionary, codes }: TextColumn): TextLengths {
  const lengths = Int32Array.from(dictionary, codePoints)
  const validity = new Uint8Array(Math.ceil(codes.length / 8))
  const [length, empty] = [new Int32Array(codes.length), new Int32Array(codes.length)]
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row]!
    if (code < 0) continue
    if (code >= lengths.length)
      throw new RangeError(`row ${row} has code ${code}, the dictionary ${lengths.length} values`)
    validity[row >> 3]! |= 1 << (row & 7)
    length[row] = lengths[code]!
    empty[row] = lengths[code] === 0 ? 1 : 0
  }
  return { length: { values: length, validity }, empty: { values: empty, validity } }
}

function codePoints(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; count += 1) i += text.codePointAt(i)! > 0xffff ? 2 : 1
  return count
}
