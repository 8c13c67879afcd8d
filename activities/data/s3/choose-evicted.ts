export interface CacheEntry {
  readonly name: string
  readonly sizeBytes: number
  /** Milliseconds since 1970. */
  readonly usedMs: number
}

/** Room is made for more than one file at a time. */
const leftShare = 0.9

/**
 * What a cache lets go: nothing while it is within its bound, else the least recently used until nine tenths of the bound are left.
 * @param kept the entry that was fetched just now
 */
export function chooseEvicted(
  entries: readonly CacheEntry[],
  boundBytes: number,
  kept: string,
): CacheEntry[] {
  let total = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (total <= boundBytes) return []
  const evicted: CacheEntry[] = []
  for (const entry of [...entries].sort((a, b) => a.usedMs - b.usedMs)) {
    if (total <= boundBytes * leftShare) break
    if (entry.name === kept) continue
    evicted.push(entry)
    total -= entry.sizeBytes
  }
  return evicted
}
