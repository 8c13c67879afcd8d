import { bottomKSample, createBottomKSample, extractBottomKSample } from '../stats/bottom-k-sample'

const chunkRows = 65_536

/**
 * The rows that a bootstrap works on: the `limit` rows with the smallest hashes of their keys, in order of hash, so that neither
 * sample nor replicates depend on the order of the rows. All rows where there are no more. O(n): 5 M rows take 0.2 s.
 * @param hashes of the rows' keys, 64 bits, distinct; of equal ones the earlier row comes first
 * @param limit at least 1
 * @returns positions in `hashes`
 */
export function hashSample(hashes: BigUint64Array, limit: number): Uint32Array {
  if (hashes.length === 0) return new Uint32Array()
  const sample = createBottomKSample(Math.min(limit, hashes.length))
  // by chunks: row numbers as payloads of all rows at once would take as much memory as the scores
  const rows = new Float64Array(Math.min(chunkRows, hashes.length))
  for (let start = 0; start < hashes.length; start += chunkRows) {
    const chunk = hashes.subarray(start, start + chunkRows)
    for (let i = 0; i < chunk.length; i++) rows[i] = start + i
    bottomKSample(sample, chunk, rows.subarray(0, chunk.length))
  }
  return Uint32Array.from(extractBottomKSample(sample).payloads)
}
