import { DataType, type Data } from 'apache-arrow'
import { bitAt, validityOf } from '../../data/sinks/arrow-form'

/**
 * A hash of 64 bits of each row's key: decides which rows a sample keeps, the same whenever and wherever the row is read.
 * Each key column is mixed in by 32-bit words, text by bytes (the mixing steps of MurmurHash3, with two states); a null by a
 * word of its own.
 * @param keys columns of the same rows; none: all rows have the same hash
 * @param batch the batch's key: customers who come every night are other rows of the sample every night
 */
export function keyHashes(keys: readonly Data[], batch: string): BigUint64Array {
  const rows = keys[0]?.length ?? 0
  const hashes = new BigUint64Array(rows)
  const halves = new Int32Array(hashes.buffer)
  let start = 0
  for (let i = 0; i < batch.length; i += 1) start = mixIn(start, batch.charCodeAt(i))
  halves.fill(start)
  for (const key of keys) {
    const words = wordsOf(key)
    const validity = validityOf(key)
    for (let row = 0; row < rows; row += 1) {
      let [low, high] = [halves[2 * row]!, halves[2 * row + 1]!]
      if (validity && !bitAt(validity, key.offset + row)) {
        low = mixIn(low, 0x5bd1e995)
        high = mixIn(high ^ low, 0x1b873593)
      } else [low, high] = words(row, low, high)
      halves[2 * row] = low
      halves[2 * row + 1] = high
    }
  }
  for (let i = 0; i < halves.length; i += 2) {
    const low = halves[i]!
    halves[i] = finish(low ^ halves[i + 1]!)
    halves[i + 1] = finish(halves[i + 1]! + Math.imul(low, 0x9e3779b1))
  }
  return hashes
}

type MixRow = (row: number, low: number, high: number) => [number, number]

function wordsOf(data: Data): MixRow {
  const offsets = data.valueOffsets as Int32Array | undefined
  const values = data.values as Uint8Array
  if (offsets !== undefined) return bytesOfRow(values, offsets)
  const { BYTES_PER_ELEMENT: width } = values
  if (DataType.isBool(data.type))
    return (row, low, high) => both(low, high, bitAt(values, data.offset + row) ? 1 : 0)
  if (width < 4) return (row, low, high) => both(low, high, values[row]!)
  // a slice may start anywhere within its buffer, but always at a whole word
  const words = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2)
  if (width === 4) return (row, low, high) => both(low, high, words[row]!)
  return (row, low, high) => {
    const first = mixIn(low, words[2 * row]!)
    return both(first, high, words[2 * row + 1]!)
  }
}

function bytesOfRow(bytes: Uint8Array, offsets: Int32Array): MixRow {
  return (row, low, high) => {
    const end = offsets[row + 1]!
    let word = end - offsets[row]! // 'a', 'b' and 'ab', '' are different keys
    for (let at = offsets[row]!; at < end; at += 1) {
      word = Math.imul(word ^ bytes[at]!, 0x01000193)
      low = (low + word) | 0
    }
    return both(low, high, word)
  }
}

function both(low: number, high: number, word: number): [number, number] {
  const next = mixIn(low, word)
  return [next, mixIn(high ^ next, Math.imul(word, 0x85ebca6b))]
}

function mixIn(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = (k << 15) | (k >>> 17)
  const mixed = state ^ Math.imul(k, 0x1b873593)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function finish(state: number): number {
  let h = state
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
