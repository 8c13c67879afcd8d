/**
 * A hash of 64 bits for each of n rows that have no key: by row number, the same every time, spread evenly (the finalizer
 * of MurmurHash3 over the row number, twice with different starts).
 * @param n rows
 */
export function rowHashes(n: number): BigUint64Array {
  const hashes = new BigUint64Array(n)
  const halves = new Uint32Array(hashes.buffer)
  for (let row = 0; row < n; row += 1) {
    halves[2 * row] = mix(row ^ 0x9e3779b9)
    halves[2 * row + 1] = mix(row + 0x7f4a7c15)
  }
  return hashes
}

function mix(start: number): number {
  let h = start | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
