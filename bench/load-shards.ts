import type { ShardResult } from '../schemas/run'

/** int16 count; then length and value of id, score and label */
const tupleBytes = 2 + 12 + 8 + 5

export function rowsIn(bytes: Uint8Array): number {
  return bytes.length / tupleBytes
}

/** Tuples of `count` rows in each of `shards` shards. */
export function tuples(shards: number, count: number): Uint8Array[] {
  return Array.from({ length: shards }, (_, shard) => {
    const view = new DataView(new ArrayBuffer(count * tupleBytes))
    for (let i = 0, at = 0; i < count; i++, at += tupleBytes) {
      view.setInt16(at, 3)
      view.setInt32(at + 2, 8)
      view.setBigInt64(at + 6, BigInt(shard * count + i))
      view.setInt32(at + 14, 4)
      view.setFloat32(at + 18, Math.random())
      view.setInt32(at + 22, 1)
    }
    return new Uint8Array(view.buffer)
  })
}

const none = {
  readMs: 0,
  encodeMs: 0,
  inferMs: 0,
  writeMs: 0,
  totalMs: 0,
  inferRuns: {},
  profileMs: 0,
  shadowMs: 0,
}

/** What a shard's commit says of it; nothing was measured. */
export function resultOf(shardNo: number, scored: number): ShardResult {
  return {
    shardNo,
    read: scored,
    scored,
    quarantined: 0,
    filtered: 0,
    digest: 'bench',
    scoreSum: 0,
    outOfRange: {},
    quarantinedBy: {},
    timings: none,
    file: null,
    pairs: null,
  }
}
