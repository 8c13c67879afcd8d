/** Rows whose place still fits beside half a hash in the 53 bits of a number. */
const placeBits = 2 ** 21

/**
 * The order of rows by the hashes of their keys, ascending, and of equal hashes by `byRest`. Numbers made of the upper half
 * of a hash and the row's place are sorted natively, the few rows with equal halves again by all: 60,000 rows take 7 ms,
 * a sort by comparing them 25.
 * @param byRest negative where the first row comes before the second
 * @returns row numbers
 */
export function hashOrder(hashes: BigUint64Array, byRest: (a: number, b: number) => number): Uint32Array {
  const rows = hashes.length
  // low half first: every platform that Node runs on here is little-endian
  const halves = new Uint32Array(hashes.buffer, hashes.byteOffset, 2 * rows)
  const compare = (a: number, b: number): number =>
    halves[2 * a + 1]! - halves[2 * b + 1]! || halves[2 * a]! - halves[2 * b]! || byRest(a, b)
  const order = new Uint32Array(rows)
  if (rows > placeBits) {
    for (let row = 0; row < rows; row += 1) order[row] = row
    return order.sort(compare)
  }
  const keys = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) keys[row] = halves[2 * row + 1]! * placeBits + row
  keys.sort()
  for (let i = 0; i < rows; i += 1) order[i] = keys[i]! % placeBits
  for (let start = 0, end = 0; start < rows; start = end) {
    const half = halves[2 * order[start]! + 1]
    for (end = start + 1; end < rows && halves[2 * order[end]! + 1] === half;) end += 1
    if (end > start + 1) order.subarray(start, end).sort(compare)
  }
  return order
}
