export interface CacheEntry {
  readonly name: string
  readonly sizeBytes: number
  /** Milliseconds since 1970. */
  readonly usedMs: number
}

/** Room is made for more than one file at a time. */
const leftShare = 0.9

/** Of what is free: as much may arrive at each of as many processes before one of them looks again. */
const uncountedShare = 1 / 8

export interface Eviction {
  readonly evicted: readonly CacheEntry[]
  /** Bytes that may arrive before the entries are looked at again, which takes a second where there are 10,000. */
  readonly roomBytes: number
}

/**
 * What a cache lets go: nothing while it is within its bound, else the least recently used until nine tenths of the bound are left.
 * @param kept the entry that was fetched just now
 */
export function chooseEvicted(entries: readonly CacheEntry[], boundBytes: number, kept: string): Eviction {
  let total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const evicted: CacheEntry[] = []
  if (total > boundBytes)
    for (const entry of [...entries].sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= boundBytes * leftShare) break
      if (entry.name === kept) continue
      evicted.push(entry)
      total -= entry.sizeBytes
    }
  return { evicted, roomBytes: Math.max(0, boundBytes - total) * uncountedShare }
}
