/** Bytes [start, end) of an object. */
export interface ByteRange {
  readonly start: number
  readonly end: number // exclusive
}

/** An object cut into ranges of `partBytes`, the last one smaller; none for an empty object. */
export function byteRanges(sizeBytes: number, partBytes: number): ByteRange[] {
  const ranges: ByteRange[] = []
  for (let start = 0; start < sizeBytes; start += partBytes)
    ranges.push({ start, end: Math.min(sizeBytes, start + partBytes) })
  return ranges
}

const smallestPart = 8 * 2 ** 20
/** S3's limit for one upload is 10,000. */
const partsAtMost = 9_000

/** Bytes of each part of an upload: 8 MB, more where a file would have too many parts. */
export function uploadPartBytes(sizeBytes: number): number {
  const mebibytes = Math.ceil(sizeBytes / partsAtMost / 2 ** 20)
  return Math.max(smallestPart, mebibytes * 2 ** 20)
}
