import { hashOrder } from './hash-order'

/**
 * A sample of rows by the smallest hashes of their keys: a random sample that any worker makes alike. Entries are ordered
 * by hash, then payload; a hash is two halves of 32 bits.
 */
export interface BottomKSample {
  readonly k: number
  /** The first `size` are in use, in no order. Their room grows with them, up to 2k: a run has thousands of samples. */
  high: Uint32Array
  low: Uint32Array
  payloads: Float64Array
  size: number
  /** An entry at or beyond this cannot be among the k smallest, or lies over the share asked for. */
  bound: Entry
}

type Entry = readonly [high: number, low: number, payload: number]

/** What a sample holds, smallest hash first. */
export interface SampledRows {
  readonly hashes: BigUint64Array
  readonly payloads: Float64Array
}

const firstRoom = 64

/**
 * @param k entries at most, at least 1
 * @param share keeps hashes under 2^64 x share only, so that the samples of many shards stay small together; 1 keeps all
 * @throws RangeError where k is no positive integer or share not in (0, 1]
 */
export function createBottomKSample(k: number, share = 1): BottomKSample {
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError(`a sample has size ${k}, allowed is at least 1`)
  if (!(share > 0 && share <= 1)) throw new RangeError(`a sample's share is ${share}, allowed is over 0 to 1`)
  const high = Math.floor(share * 2 ** 32)
  const low = Math.floor(share * 2 ** 64 - high * 2 ** 32)
  const room = Math.min(2 * k, firstRoom)
  return {
    k,
    high: new Uint32Array(room),
    low: new Uint32Array(room),
    payloads: new Float64Array(room),
    size: 0,
    bound: [high, low, -Infinity],
  }
}

/**
 * Adds rows. The k smallest of all rows added are kept, the same whatever the order or the split; of equal hashes (a key
 * twice) the smaller payload counts as the smaller one. Once 2k entries wait, the larger half is dropped: at k = 50,000 and
 * 1 M rows 30 ms, 5 ms with a share that leaves 60,000.
 * @param hashes of the rows' keys, evenly spread over 64 bits. Read as pairs of Uint32 in place: comparing them as
 *   BigInts takes two to three times as long (8 against 3 ns)
 * @param payloads a finite number a row: what finds its values again, or the value itself
 */
export function bottomKSample(sample: BottomKSample, hashes: BigUint64Array, payloads: Float64Array): void {
  if (hashes.length !== payloads.length)
    throw new RangeError(`there are ${hashes.length} hashes and ${payloads.length} payloads`)
  // low half first: every platform that Node runs on here is little-endian
  const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, hashes.length * 2)
  let highest = sample.bound[0]
  for (let row = 0; row < payloads.length; row += 1) {
    const high = halves[2 * row + 1]!
    if (high > highest) continue
    add(sample, high, halves[2 * row]!, payloads[row]!)
    highest = sample.bound[0]
  }
}

/** Adds the entries of another part of the rows, taken with the same k and share: what is kept is the k smallest of both. */
export function mergeBottomKSample(into: BottomKSample, from: BottomKSample): void {
  for (let i = 0; i < from.size; i += 1) add(into, from.high[i]!, from.low[i]!, from.payloads[i]!)
}

/** The k smallest entries, or all where there are fewer, in order. The sample can be added to again. */
export function extractBottomKSample(sample: BottomKSample): SampledRows {
  if (sample.size > sample.k) keepSmallest(sample)
  const { high, low, payloads, size } = sample
  const [unordered, hashes] = [new BigUint64Array(size), new BigUint64Array(size)]
  const [from, to] = [new Uint32Array(unordered.buffer), new Uint32Array(hashes.buffer)]
  for (let i = 0; i < size; i += 1) {
    from[2 * i] = low[i]!
    from[2 * i + 1] = high[i]!
  }
  const order = hashOrder(unordered, (a, b) => payloads[a]! - payloads[b]!)
  const ordered = new Float64Array(size)
  for (let i = 0; i < size; i += 1) {
    const place = order[i]!
    to[2 * i] = low[place]!
    to[2 * i + 1] = high[place]!
    ordered[i] = payloads[place]!
  }
  return { hashes, payloads: ordered }
}

function add(sample: BottomKSample, high: number, low: number, payload: number): void {
  const { bound } = sample
  if ((high - bound[0] || low - bound[1] || payload - bound[2]) >= 0) return
  if (sample.size === 2 * sample.k) keepSmallest(sample)
  else if (sample.size === sample.high.length) grow(sample)
  const at = sample.size++
  sample.high[at] = high
  sample.low[at] = low
  sample.payloads[at] = payload
}

function grow(sample: BottomKSample): void {
  const room = Math.min(2 * sample.k, 2 * sample.high.length)
  const { high, low, payloads } = sample
  sample.high = new Uint32Array(room)
  sample.low = new Uint32Array(room)
  sample.payloads = new Float64Array(room)
  sample.high.set(high)
  sample.low.set(low)
  sample.payloads.set(payloads)
}

/** Hoare's quickselect over the three arrays: the k smallest move to the front, the largest of them is the new bound. */
function keepSmallest(sample: BottomKSample): void {
  const { k } = sample
  let [from, to] = [0, sample.size - 1]
  while (from < to) {
    const pivot = entryAt(sample, (from + to) >>> 1)
    let [i, j] = [from, to]
    while (i <= j) {
      while (isBefore(sample, i, pivot) < 0) i += 1
      while (isBefore(sample, j, pivot) > 0) j -= 1
      if (i <= j) swap(sample, i++, j--)
    }
    if (k - 1 <= j) to = j
    else if (k - 1 >= i) from = i
    else break
  }
  sample.size = k
  sample.bound = entryAt(sample, k - 1)
}

function entryAt({ high, low, payloads }: BottomKSample, i: number): Entry {
  return [high[i]!, low[i]!, payloads[i]!]
}

function isBefore({ high, low, payloads }: BottomKSample, i: number, entry: Entry): number {
  return high[i]! - entry[0] || low[i]! - entry[1] || payloads[i]! - entry[2]
}

/** By hand: without an array made for each swap. */
function swap({ high, low, payloads }: BottomKSample, i: number, j: number): void {
  const h = high[i]!
  const l = low[i]!
  const p = payloads[i]!
  high[i] = high[j]!
  low[i] = low[j]!
  payloads[i] = payloads[j]!
  high[j] = h
  low[j] = l
  payloads[j] = p
}
